import { ORIGINS } from '../telemetry-store.ts';

const ORIGIN_CODES: ReadonlyMap<string, number> = new Map(ORIGINS.map((origin, code) => [origin, code]));

/**
 * Names as InfluxDB wants them. Every name has one form on the server, so that a line is a function of the record alone and a
 * query finds what was written. Names of the catalogue and ordinary device ids stay as they are.
 */

/** A device as the value of its tag: what the line protocol cannot hold is percent-encoded. */
export function tagValue(device: string): string {
  return device.replaceAll(/[%\\\n\r\t]/g, percentEncoded);
}

/**
 * A metric as a field. A foreign metric whose name the server or the quality fields need for themselves (`time`, `_…`,
 * `…_quality`) gets a `~` in front.
 */
export function fieldName(metric: string): string {
  const isReserved = metric === 'time' || /^[_~]/.test(metric) || metric.endsWith('_quality');
  return (isReserved ? '~' : '') + metric.replaceAll(/[%\\\n\r\t]/g, percentEncoded);
}

/** The field that says why a value of `field` is missing. */
export function qualityField(field: string): string {
  return `${field}_quality`;
}

/** A tag value or field key in a line: commas, equals signs and spaces are escaped (line protocol, special characters). */
export function lineKey(name: string): string {
  return name.replaceAll(/[,= ]/g, (character) => `\\${character}`);
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** A pattern that matches exactly these names (Go's RE2), without slashes around it. */
export function anyOf(names: readonly string[]): string {
  return `^(?:${names.map((name) => name.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|')})$`;
}

/** The code of an origin's tag; an unknown one goes last. */
export function originCode(origin: string): number {
  return ORIGIN_CODES.get(origin) ?? ORIGINS.length - 1;
}
