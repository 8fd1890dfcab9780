import { Compile } from 'typebox/compile';
import { describeSchemaErrors } from '../../edge/platform/schema-errors.ts';
import { momentMs } from '../api/when.ts';
import { BEGIN_MS, END_MS, type Statement } from './history.ts';
import { fieldSchemas, GRID_KINDS, GRID_SCHEMAS, type GridKind, IdSchema } from './kinds.ts';
import type { FileProblems, Place } from './problems.ts';

/** A row of a table or an entry of a YAML list, as it stands there; null: said to be empty. */
export interface RawRecord {
  readonly kind: GridKind;
  readonly values: Readonly<Record<string, unknown>>;
  readonly line: number;
  readonly source: RecordSource;
}

/** The file that a record comes from. */
export interface RecordSource {
  /** Where a value of a record stands; without a name, where the record begins. */
  placeOf(record: RawRecord, name?: string): Place;
}

/** What a file says of a thing. */
export interface GridRecord {
  readonly kind: GridKind;
  readonly id: string;
  readonly statement: Statement;
  readonly raw: RawRecord;
}

const MOMENT_WORDS =
  "must be a date such as 2026-06-01 (midnight in the district's zone), a time such as 2026-06-01T08:00:00+08:00, or empty (open)";

const idValidator = Compile(IdSchema);

function checkOf(kind: GridKind) {
  const fields = fieldSchemas(kind);
  const types = new Map(Object.entries(fields).map(([name, schema]) => [name, typeOf(schema)]));
  return { types, validator: Compile(GRID_SCHEMAS[kind]) };
}

function typeOf(schema: object): 'number' | 'string' {
  const { type }: { type?: unknown } = schema;
  return type === 'number' || type === 'integer' ? 'number' : 'string';
}

const CHECKS = Object.fromEntries(GRID_KINDS.map((kind) => [kind, checkOf(kind)]));

/** Reads records by the schema of their kind, and gathers what is wrong with them. */
export class RecordReader {
  readonly #timeZone: string;
  readonly #problems: FileProblems;
  /** A file of 100 000 rows has few dates. */
  readonly #moments = new Map<string, number>();

  constructor(timeZone: string, problems: FileProblems) {
    this.#timeZone = timeZone;
    this.#problems = problems;
  }

  /** The statement of a record; undefined when something is wrong with it. */
  read(raw: RawRecord): GridRecord | undefined {
    const before = this.#problems.count;
    const id = this.#id(raw);
    const fields = this.#fields(raw);
    const fromMs = this.#moment(raw, 'validFrom', BEGIN_MS);
    const toMs = this.#moment(raw, 'validTo', END_MS);
    if (fromMs >= toMs) this.#add(raw, 'validTo', 'validTo: must be after validFrom');
    return this.#problems.count > before ? undefined : { kind: raw.kind, id, statement: { fromMs, toMs, fields }, raw };
  }

  #id(raw: RawRecord): string {
    const id = textOf(raw.values.id);
    if (typeof id === 'string' && idValidator.Check(id)) return id;
    this.#add(raw, 'id', 'id: must be an id of 1 to 200 characters');
    return '';
  }

  #fields(raw: RawRecord): Statement['fields'] {
    const { types, validator } = CHECKS[raw.kind] ?? checkOf(raw.kind);
    const said: Record<string, string | number | null> = {};
    const present: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(raw.values)) {
      const type = types.get(name);
      if (type === undefined) continue;
      const read = value === null ? null : type === 'number' ? numberOf(value) : textOf(value);
      if (read !== null) present[name] = read;
      if (read === null || typeof read === 'string' || typeof read === 'number') said[name] = read;
    }
    if (!validator.Check(present)) this.#explain(raw, present);
    return said;
  }

  #explain(raw: RawRecord, present: Readonly<Record<string, unknown>>): void {
    const schema = GRID_SCHEMAS[raw.kind];
    for (const { path, message } of describeSchemaErrors(schema, [...Compile(schema).Errors(present)])) {
      const name = path[0] ?? /^the key "(\w+)" is missing/.exec(message)?.[1];
      if (path[0] !== undefined) this.#add(raw, name, `${name}: ${message}, not ${shown(raw.values[path[0]])}`);
      else this.#add(raw, name, message.replace(/^the key "(\w+)" is missing/, '$1 must not be empty'));
    }
  }

  #moment(raw: RawRecord, name: 'validFrom' | 'validTo', open: number): number {
    const value = raw.values[name];
    if (value === null || value === undefined) return open;
    const text = String(textOf(value));
    const known = this.#moments.get(text) ?? momentMs(text, this.#timeZone);
    this.#moments.set(text, known);
    if (Number.isNaN(known)) this.#add(raw, name, `${name}: ${MOMENT_WORDS}, not ${shown(value)}`);
    return known;
  }

  #add(raw: RawRecord, name: string | undefined, message: string): void {
    this.#problems.add(raw.source.placeOf(raw, name), message);
  }
}

/** A number as a table has it; what does not read as one is left for the schema to refuse. */
function numberOf(value: unknown): unknown {
  return typeof value === 'string' && /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(value) ? Number(value) : value;
}

/** YAML takes 1 for a number where an id or a class is meant. */
function textOf(value: unknown): unknown {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' ? String(value) : value;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
