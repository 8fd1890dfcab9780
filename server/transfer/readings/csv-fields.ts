import { parse } from 'csv-parse/sync';
import { messageOf } from '../../../edge/platform/errors.ts';
import { LIMITS } from './limits.ts';

export const DELIMITERS = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** The fields of a record, or in words why it has none. Most records have no quotes and need no parser. */
export function fieldsOf(record: string, delimiter: Delimiter): string[] | string {
  const fields = record.includes('"') ? quotedFields(record, delimiter) : record.split(delimiter);
  if (typeof fields !== 'string' && fields.length > LIMITS.columns) return `it has more than ${LIMITS.columns} columns`;
  return fields;
}

function quotedFields(record: string, delimiter: Delimiter): string[] | string {
  try {
    const [fields] = parse(record, { delimiter, relax_column_count: true, relax_quotes: true });
    return Array.isArray(fields) ? fields.map(String) : [];
  } catch (error) {
    return `it is no CSV: ${messageOf(error)}`;
  }
}

/** The delimiter that stands most often in a header, outside its quotes. */
export function delimiterOf(header: string): Delimiter {
  const bare = header.replaceAll(/"[^"]*"/g, '');
  const counted = DELIMITERS.map((one) => [one, bare.split(one).length] as const);
  return counted.reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}
