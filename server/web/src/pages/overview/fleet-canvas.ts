import type { Presence, Severity } from '../../contract.ts';
import type { FleetLayout } from './fleet-layout.ts';

export type Look = Presence | Severity;

const COLOUR_OF_LOOK: Readonly<Record<Look, string>> = {
  online: '--fleet-online',
  stale: '--stale',
  offline: '--text',
  critical: '--critical',
  high: '--high',
  medium: '--medium',
  low: '--low',
};

/** Paints all cells: online filled, stale half, offline hollow, with an alert as a ring in its colour. */
export function paintFleet(canvas: HTMLCanvasElement, layout: FleetLayout, looks: readonly Look[]): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  fitToScreen(canvas, context, layout);
  const style = getComputedStyle(canvas);
  const colours = new Map<Look, string>();
  for (const look of new Set(looks)) colours.set(look, style.getPropertyValue(COLOUR_OF_LOOK[look]));
  const side = layout.pitch - (layout.pitch > 6 ? 2 : 1);
  looks.forEach((look, i) => {
    const x = (i % layout.columns) * layout.pitch;
    const y = Math.floor(i / layout.columns) * layout.pitch;
    context.fillStyle = colours.get(look) ?? '';
    context.strokeStyle = context.fillStyle;
    paintCell(context, look, x, y, side);
  });
}

function paintCell(context: CanvasRenderingContext2D, look: Look, x: number, y: number, side: number): void {
  if (look === 'offline') {
    context.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
  } else if (look === 'stale') {
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x, y + side);
    context.lineTo(x + side, y + side);
    context.fill();
    context.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
  } else {
    context.fillRect(x, y, side, side);
    const hole = Math.round(side / 3);
    if (look !== 'online') context.clearRect(x + hole, y + hole, side - 2 * hole, side - 2 * hole);
  }
}

function fitToScreen(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D, layout: FleetLayout): void {
  const ratio = window.devicePixelRatio || 1;
  const width = Math.round(layout.width * ratio);
  const height = Math.round(layout.height * ratio);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, layout.width, layout.height);
}
