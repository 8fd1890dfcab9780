import { toFluxValue } from '@influxdata/influxdb-client';
import type { DeviceKind } from '../../../edge/protocol/delivery.ts';
import { anyOf, qualityField } from './names.ts';

/** Series of one measurement whose devices and fields combine freely. */
export interface SeriesGroup {
  readonly bucket: string;
  readonly kind: DeviceKind;
  /** Tag values. */
  readonly devices: readonly string[];
  readonly fields: readonly string[];
}

export interface FluxRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Devices above which a query takes all of them: a longer pattern costs more than the rows that are thrown away. */
const MAX_NAMED_DEVICES = 2000;

export interface FluxSource {
  readonly group: SeriesGroup;
  readonly range: FluxRange;
  readonly conflicts: boolean;
}

/** Values of the group as they were stored. */
export function rawValues(source: FluxSource): string {
  return `${from(source, source.group.fields)} ${answer(source)}`;
}

/** Why values of the group are missing. */
export function rawQualities(source: FluxSource): string {
  return `${from(source, source.group.fields.map(qualityField))} ${answer(source)}`;
}

/**
 * The field of all rows of an answer about one metric (or, with `ofQuality`, about its reasons); empty where each row names
 * its own.
 */
export function onlyField({ group }: FluxSource, ofQuality = false): string {
  const [field, second] = group.fields;
  if (field === undefined || second !== undefined) return '';
  return ofQuality ? qualityField(field) : field;
}

/** Most of the server's work is to write the answer as text: it says no more than it must. */
function answer(source: FluxSource): string {
  const field = onlyField(source) === '' ? ', "_field"' : '';
  return `|> keep(columns: ["_time", "_value", "device"${field}, "origin"]) |> yield(name: "r")`;
}

/** Number of stored values of the group. */
export function countOf(source: FluxSource): string {
  return `${from(source, source.group.fields)} |> count() |> group() |> sum()`;
}

export interface FluxWindow {
  readonly everyMs: number;
  readonly offsetMs: number;
}

/** One aggregate a window of the values (or, with `ofQuality`, of the reasons) of the group; empty windows are left out. */
export function windows(
  source: FluxSource,
  { everyMs, offsetMs }: FluxWindow,
  fn: 'mean' | 'min' | 'max' | 'first' | 'last' | 'count',
  ofQuality = false,
): string {
  const fields = ofQuality ? source.group.fields.map(qualityField) : source.group.fields;
  return `${from(source, fields)} |> aggregateWindow(every: ${everyMs}ms, offset: ${offsetMs}ms, fn: ${fn}, createEmpty: false, timeSrc: "_start") ${answer(source)}`;
}

function from({ group, range, conflicts }: FluxSource, fields: readonly string[]): string {
  const conditions = [
    `r._measurement == ${toFluxValue(group.kind)}`,
    condition('_field', fields),
    ...(group.devices.length > MAX_NAMED_DEVICES ? [] : [condition('device', group.devices)]),
    ...(conflicts ? [] : ['r.origin != "conflict"']),
  ];
  const start = new Date(range.fromMs).toISOString();
  const stop = new Date(range.toMs).toISOString();
  return `from(bucket: ${toFluxValue(group.bucket)}) |> range(start: ${start}, stop: ${stop}) |> filter(fn: (r) => ${conditions.join(' and ')})`;
}

/** A long chain of `or` nests too deep for the compiler; a pattern does not. */
function condition(column: string, names: readonly string[]): string {
  const [only] = names;
  if (names.length === 1 && only !== undefined) return `r.${column} == ${toFluxValue(only)}`;
  return `r.${column} =~ /${anyOf(names)}/`;
}
