import type { PHASES } from './kinds.ts';
import { meterRatio } from './ratios.ts';
import type { GridSnapshot, Thing } from './snapshot.ts';

/** A meter as a diagram needs it: `ratio` is what its readings are multiplied with. */
export interface LineMeter {
  readonly id: string;
  readonly role: Thing<'meters'>['fields']['role'];
  readonly phase: (typeof PHASES)[number] | null;
  readonly ratio: number;
}

export interface LineTransformer {
  readonly id: string;
  readonly ratedKva: number;
  /** That measures it. */
  readonly device: string | null;
}

/** A transformer area on a one-line diagram: what feeds it, what measures it as a whole, and what hangs below. */
export interface LineArea {
  readonly id: string;
  readonly name: string | null;
  readonly feeder: string | null;
  readonly transformers: LineTransformer[];
  readonly gateways: LineMeter[];
  /** Of its meters, the gateways not counted. */
  readonly meterCount: number;
}

/** The areas of a feeder by id. */
export function feederAreas(grid: GridSnapshot, feeder: string): LineArea[] {
  return grid
    .of('areas', 'feeder', feeder)
    .map(({ id }) => lineArea(grid, id))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** An area that is declared, or only named by what hangs in it; undefined when it is neither. */
export function lineAreaOf(grid: GridSnapshot, id: string): LineArea | undefined {
  const isThere = grid.get('areas', id) !== undefined;
  const area = lineArea(grid, id);
  return isThere || area.transformers.length + area.gateways.length + area.meterCount > 0 ? area : undefined;
}

/** The meters below the gateways of an area, by phase and id. */
export function areaMeters(grid: GridSnapshot, area: string): LineMeter[] {
  return grid
    .of('meters', 'area', area)
    .filter(({ fields }) => fields.role !== 'gateway')
    .map(lineMeter)
    .sort((a, b) => keyOf(a).localeCompare(keyOf(b), 'en'));
}

function lineArea(grid: GridSnapshot, id: string): LineArea {
  const meters = grid.of('meters', 'area', id);
  const gateways = meters.filter(({ fields }) => fields.role === 'gateway').map(lineMeter);
  const fields = grid.get('areas', id)?.fields;
  const transformers = grid.of('transformers', 'area', id).map((one) => ({
    id: one.id,
    ratedKva: one.fields.ratedKva,
    device: one.fields.device ?? null,
  }));
  return {
    id,
    name: fields?.name ?? null,
    feeder: fields?.feeder ?? null,
    transformers,
    gateways,
    meterCount: meters.length - gateways.length,
  };
}

function lineMeter({ id, fields }: Thing<'meters'>): LineMeter {
  return { id, role: fields.role, phase: fields.phase ?? null, ratio: meterRatio(fields) };
}

/** Single phases first, then all three, then what nobody knows. */
function keyOf({ phase, id }: LineMeter): string {
  return `${phase === null ? '3' : phase === 'abc' ? '2' : `1${phase}`} ${id}`;
}
