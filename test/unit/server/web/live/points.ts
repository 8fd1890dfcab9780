import type { MessageOf } from '../../../../../server/web/src/contract.ts';

interface PointFields {
  readonly slot: number;
  readonly value: number | null;
  readonly timeMs: number;
  readonly quality?: number;
  readonly stale?: number;
}

interface Info {
  readonly slot: number;
  readonly device: string;
  readonly metric: string;
  readonly unit: string;
}

/** A message of points as the server writes it. */
export function pointsMessage(series: readonly Info[], points: readonly PointFields[], frame = 1): MessageOf<'points'> {
  const baseMs = points[0]?.timeMs ?? 0;
  return {
    type: 'points',
    id: 's1',
    frame,
    series: [...series],
    points: {
      slot: points.map(({ slot }) => slot),
      value: points.map(({ value }) => value),
      baseMs,
      offsetMs: points.map(({ timeMs }) => timeMs - baseMs),
      quality: points.map(({ quality = 0 }) => quality),
      stale: points.map(({ stale = 0 }) => stale),
    },
  };
}
