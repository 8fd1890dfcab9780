import { createHash } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { GridwardenError, messageOf, systemCodeOf } from '../../edge/platform/errors.ts';
import { syncFolder } from '../store/copy-file.ts';

export const MANIFEST_FILE = 'manifest.json';
export const STATE_FILE = 'state.sqlite';
/** What the store put into the backup. */
export const STORE_FOLDER = 'store';

const FORMAT = 'gridwarden backup';
/** The schema version that this program writes and the newest it reads. */
export const MANIFEST_VERSION = 1;

/** Only what a backup of ours can hold: a path of a manifest never leads out of a folder. */
const FILE_PATH =
  '^(state\\.sqlite|store/([A-Za-z0-9-]+\\.(sqlite|duckdb|duckdb\\.wal)|rejects/rejects-[0-9]{8}\\.jsonl))$';

export const ManifestSchema = Type.Object(
  {
    format: Type.Literal(FORMAT),
    version: Type.Literal(MANIFEST_VERSION),
    id: Type.String({ minLength: 1, maxLength: 100 }),
    /** Version of the program that made it. */
    program: Type.String(),
    /** Sparkplug host id. */
    host: Type.String(),
    /** Grid time: what was stored by then is in it. */
    takenMs: Type.Integer(),
    /** Schema versions of the files, by what they are of. */
    schemas: Type.Record(Type.String(), Type.Integer({ minimum: 0 })),
    store: Type.Object({ kind: Type.Enum(['duckdb', 'influxdb']), id: Type.String({ minLength: 1 }) }),
    files: Type.Array(
      Type.Object({
        path: Type.String({ pattern: FILE_PATH }),
        bytes: Type.Integer({ minimum: 0 }),
        sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
      }),
      { maxItems: 100_000 },
    ),
    /** Of the JSON of everything above. */
    sha256: Type.String(),
  },
  { additionalProperties: false },
);
export type Manifest = Static<typeof ManifestSchema>;

const validator = Compile(ManifestSchema);

/** What is written into a backup's manifest, beside what makes it one. */
export type ManifestContent = Omit<Manifest, 'format' | 'version' | 'sha256'>;

/**
 * Writes the manifest, which makes a folder a backup: it is durable, as a whole, when the promise resolves. Everything that
 * it lists has to be durable before.
 */
export async function writeManifest(folder: string, content: ManifestContent): Promise<Manifest> {
  const body = { format: FORMAT, version: MANIFEST_VERSION, ...content } as const;
  const manifest: Manifest = { ...body, sha256: digestOf(body) };
  const aside = join(folder, `${MANIFEST_FILE}.new`);
  {
    await using handle = await open(aside, 'wx', 0o600);
    await handle.writeFile(`${JSON.stringify(manifest, undefined, 2)}\n`);
    await handle.sync();
  }
  await rename(aside, join(folder, MANIFEST_FILE));
  await syncFolder(folder);
  return manifest;
}

/**
 * Reads the manifest of a backup and checks that it is whole.
 * @throws GridwardenError BACKUP_INVALID, SCHEMA_NEWER
 */
export async function readManifest(folder: string): Promise<Manifest> {
  const value = parse(folder, await readText(folder));
  checkVersion(folder, value);
  if (!validator.Check(value)) {
    const [error] = validator.Errors(value);
    throw invalid(
      folder,
      `its manifest is not one of gridwarden: ${error?.instancePath ?? ''} ${error?.message ?? ''}`,
    );
  }
  const { sha256, ...body } = value;
  if (sha256 !== digestOf(body)) throw invalid(folder, 'its manifest has been altered');
  return value;
}

/** Why a backup is refused. */
export function invalid(folder: string, reason: string): GridwardenError {
  return new GridwardenError('BACKUP_INVALID', `The backup ${folder} cannot be restored: ${reason}`);
}

async function readText(folder: string): Promise<string> {
  try {
    return await readFile(join(folder, MANIFEST_FILE), 'utf8');
  } catch (cause) {
    if (systemCodeOf(cause) !== 'ENOENT') throw invalid(folder, messageOf(cause));
    throw invalid(
      folder,
      `it has no ${MANIFEST_FILE}, which is written last: it is not a backup, or was never finished`,
    );
  }
}

function parse(folder: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(folder, `its ${MANIFEST_FILE} is torn`);
  }
}

function checkVersion(folder: string, value: unknown): void {
  const version: unknown = Reflect.get(Object(value), 'version');
  if (Reflect.get(Object(value), 'format') !== FORMAT || typeof version !== 'number') return;
  if (version > MANIFEST_VERSION) throw newer(folder, 'the backup', version, MANIFEST_VERSION);
}

/** A file of a backup that only a newer program reads. */
export function newer(folder: string, what: string, found: number, known: number): GridwardenError {
  return new GridwardenError(
    'SCHEMA_NEWER',
    `The backup ${folder} was made by a newer version: ${what} has schema version ${found}, this program knows ${known}`,
  );
}

function digestOf(body: Omit<Manifest, 'sha256'>): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('hex');
}
