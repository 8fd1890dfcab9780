import { accessSync, constants, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Settings } from 'typebox/system';
import { Value } from 'typebox/value';
import { type Document, isNode, parseDocument } from 'yaml';
import { GridwardenError, messageOf } from './errors.ts';
import type { Problem } from './schema-errors.ts';
import { findProblems } from './schema-problems.ts';

// The library stops after 8 problems; a person wants to see all of them at once.
Settings.Set({ maxErrors: 200 });

/** A configuration that was read and checked, with what is needed to point at a line of it. */
export interface LoadedConfig<T> {
  readonly file: string;
  readonly value: T;
  /** Throws `CONFIG_INVALID` with `file:line: path: message` for each problem; for checks that a schema cannot express. */
  reject(problems: readonly Problem[]): void;
}

export interface ConfigSource {
  readonly file: string;
  /** The text; read from `file` when absent. */
  readonly text?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads a YAML file, puts in `${ENV}` variables, fills defaults, checks it against `schema` and makes paths absolute
 * (relative to the file). Every problem is reported at once, each with file, line, path and what is allowed.
 *
 * @throws GridwardenError CONFIG_UNREADABLE, CONFIG_INVALID
 */
export function loadConfig<S extends TSchema>(schema: S, source: ConfigSource): LoadedConfig<Static<S>> {
  const file = resolve(source.file);
  const text = source.text ?? readText(file);
  const document = parseDocument(text, { prettyErrors: false });
  const reject = (problems: readonly Problem[]) => throwProblems(file, document, text, problems);
  if (document.errors.length > 0) {
    throw invalid(
      file,
      document.errors.map((error) => `${file}:${lineAt(text, error.pos[0])}: ${error.message}`),
    );
  }
  const problems: Problem[] = [];
  const content: unknown = document.toJS() ?? {};
  const raw = text.includes('${') ? substitute(content, source.env ?? process.env, [], problems) : content;
  reject(problems);
  const filled = Value.Default(schema, raw);
  const validator = Compile(schema);
  if (!validator.Check(filled)) reject(findProblems(schema, filled));
  return { file, value: resolvePaths(schema, filled, dirname(file)) as Static<S>, reject };
}

/** Reads a secret from the file that a `…File` key names; a trailing line end is not part of it. */
export function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw new GridwardenError('SECRET_UNREADABLE', `The secret ${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

/** Files that these keys of a part of a configuration name and that cannot be read; `path` leads to the part. */
export function unreadableFiles<K extends string>(
  part: Readonly<Partial<Record<K, unknown>>>,
  path: readonly string[],
  keys: readonly K[],
): Problem[] {
  return keys.flatMap((key) => {
    const file = part[key];
    if (typeof file !== 'string' || isReadable(file)) return [];
    return [{ path: [...path, key], message: `the file ${file} cannot be read` }];
  });
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const why = isMissing ? 'there is no such file' : messageOf(cause);
    throw new GridwardenError('CONFIG_UNREADABLE', `${file} cannot be read: ${why}`, { cause });
  }
}

function substitute(
  node: unknown,
  env: Readonly<Record<string, string | undefined>>,
  path: readonly string[],
  problems: Problem[],
): unknown {
  if (typeof node === 'string') {
    return node.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
      const value = env[name];
      if (value === undefined) problems.push({ path, message: `the environment variable ${name} is not set` });
      return value ?? '';
    });
  }
  if (Array.isArray(node)) return node.map((item, index) => substitute(item, env, [...path, String(index)], problems));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, substitute(value, env, [...path, key], problems)]),
  );
}

type SchemaNode = TSchema & {
  readonly isPath?: boolean;
  readonly anyOf?: readonly TSchema[];
  readonly items?: TSchema;
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly patternProperties?: Readonly<Record<string, TSchema>>;
};

const pathsIn = new WeakMap<TSchema, boolean>();

/** Whether a schema has paths anywhere: a configuration of ten thousand devices is not searched for none. */
function hasPaths(schema: TSchema): boolean {
  const known = pathsIn.get(schema);
  if (known !== undefined) return known;
  const { isPath, anyOf = [], items, properties = {}, patternProperties = {} }: SchemaNode = schema;
  const parts = [
    ...anyOf,
    ...(items ? [items] : []),
    ...Object.values(properties),
    ...Object.values(patternProperties),
  ];
  const has = isPath === true || parts.some(hasPaths);
  pathsIn.set(schema, has);
  return has;
}

function resolvePaths(schema: TSchema, value: unknown, folder: string): unknown {
  if (!hasPaths(schema)) return value;
  const node: SchemaNode = schema;
  if (node.isPath && typeof value === 'string') return resolve(folder, value);
  const branch = node.anyOf?.find((candidate) => Value.Check(candidate, value));
  if (branch) return resolvePaths(branch, value, folder);
  if (Array.isArray(value)) {
    const { items } = node;
    return items ? value.map((item) => resolvePaths(items, item, folder)) : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const anyKey = Object.values(node.patternProperties ?? {})[0];
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => {
      const childSchema = node.properties?.[key] ?? anyKey;
      return [key, childSchema ? resolvePaths(childSchema, child, folder) : child];
    }),
  );
}

function throwProblems(file: string, document: Document, text: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const placed = problems.map(({ path, message }) => ({ line: lineOf(document, text, path), path, message }));
  placed.sort((a, b) => a.line - b.line);
  throw invalid(
    file,
    placed.map(({ line, path, message }) => {
      const where = path.length === 0 ? '' : `${path.join('.')}: `;
      return `${file}:${line}: ${where}${message}`;
    }),
  );
}

function invalid(file: string, problems: readonly string[]): GridwardenError {
  return new GridwardenError('CONFIG_INVALID', problems.join('\n'), { details: { file, problems } });
}

/** Number of the line in which a character stands. */
function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** The line of the deepest node on `path` that exists in the document. */
function lineOf(document: Document, text: string, path: readonly string[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length).map(asKey), true);
    if (isNode(node) && node.range) return lineAt(text, node.range[0]);
  }
  return 1;
}

function asKey(key: string): string | number {
  return /^[0-9]+$/.test(key) ? Number(key) : key;
}
