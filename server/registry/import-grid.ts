import { GridwardenError } from '../../edge/platform/errors.ts';
import { didYouMean } from '../../edge/platform/names.ts';
import { readTable } from './csv-table.ts';
import { describeChange } from './describe-change.ts';
import { GRID_KINDS, isGridKind } from './kinds.ts';
import { type PlanCounts, planImport } from './plan.ts';
import { FileProblems } from './problems.ts';
import { type GridRecord, type RawRecord, RecordReader } from './records.ts';
import type { GridRegistry } from './registry.ts';
import { readYaml } from './yaml-grid.ts';

export interface GridFile {
  /** As in `meters.csv`; the name of a table says its kind. */
  readonly name: string;
  readonly text: string;
}

export interface GridImport {
  readonly files: readonly GridFile[];
  readonly timeZone: string;
  /** Only say what would change. */
  readonly dryRun: boolean;
  readonly correction: boolean;
  readonly actor: string;
  readonly reason?: string | undefined;
}

/** What an import changed, or would change. */
export interface GridImportReport {
  readonly dryRun: boolean;
  readonly counts: PlanCounts;
  /** The first changes, each in a line. */
  readonly changes: readonly string[];
  /** Changes that are not among them. */
  readonly furtherChanges: number;
  /** Number of the change in the registry; null where nothing changed. */
  readonly change: number | null;
}

const MAX_LISTED = 200;

/**
 * Takes a grid from files: all of it, or, when anything is wrong, nothing.
 * @throws GridwardenError IMPORT_INVALID, each problem with file, line and column
 */
export async function importGrid(registry: GridRegistry, order: GridImport): Promise<GridImportReport> {
  const problems = new FileProblems();
  const records = await readRecords(order, problems);
  refuse(problems);
  // From here to the commit nothing else runs: the plan is about what is known then.
  const plan = planImport(records, registry.rowsOf, order, problems);
  refuse(problems);
  const { actor, reason, correction, dryRun } = order;
  const note = { actor, action: 'grid.import', reason, correction };
  const change = dryRun ? undefined : registry.apply(plan.changes, note);
  const changes = plan.changes.slice(0, MAX_LISTED).map((thing) => describeChange(thing, order.timeZone));
  const furtherChanges = plan.changes.length - changes.length;
  return { dryRun, counts: plan.counts, changes, furtherChanges, change: change?.number ?? null };
}

async function readRecords({ files, timeZone }: GridImport, problems: FileProblems): Promise<GridRecord[]> {
  const reader = new RecordReader(timeZone, problems);
  const records: GridRecord[] = [];
  for (const file of files) {
    for await (const raw of rawRecords(file, problems)) {
      const record = reader.read(raw);
      if (record) records.push(record);
    }
  }
  return records;
}

function rawRecords({ name, text }: GridFile, problems: FileProblems): Iterable<RawRecord> | AsyncIterable<RawRecord> {
  if (isYamlName(name)) return readYaml(name, text, problems);
  const kind = name.replace(/\.csv$/, '');
  if (name.endsWith('.csv') && isGridKind(kind)) return readTable({ file: name, kind, text }, problems);
  problems.add(
    { file: name, line: 1, column: 1 },
    `is not a table of a grid${didYouMean(kind, GRID_KINDS)}; ${FILES_WORDS}`,
  );
  return [];
}

export const FILES_WORDS = `a grid is one YAML file, or tables: ${GRID_KINDS.map((kind) => `${kind}.csv`).join(', ')}`;

export function isYamlName(name: string): boolean {
  return /\.ya?ml$/.test(name);
}

/** Whether a file of a folder is one of a grid. */
export function isGridFile(name: string): boolean {
  return isYamlName(name) || (name.endsWith('.csv') && isGridKind(name.slice(0, -'.csv'.length)));
}

function refuse(problems: FileProblems): void {
  if (problems.count === 0) return;
  const count = problems.count === 1 ? 'One thing is' : `${problems.count} things are`;
  throw new GridwardenError('IMPORT_INVALID', `${problems.text()}\n${count} wrong; nothing was imported`, {
    details: {
      problems: problems
        .list()
        .map(({ file, line, column, message }) => ({ path: `${file}:${line}:${column}`, message })),
      count: problems.count,
    },
  });
}
