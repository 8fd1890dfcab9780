import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import { didYouMean } from '../../edge/platform/names.ts';
import { columnsOf, GRID_KINDS, type GridKind, isGridKind } from './kinds.ts';
import type { FileProblems, Place } from './problems.ts';
import type { RawRecord, RecordSource } from './records.ts';

/**
 * The records of a grid as one YAML file: a list of entries for each kind, with the same keys that tables have as columns. A key
 * that is not there leaves a value as it is, `null` says that there is none.
 */
export function* readYaml(file: string, text: string, problems: FileProblems): Generator<RawRecord> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  for (const error of document.errors) problems.add(placeAt(error.pos[0]), error.message);
  if (document.errors.length > 0) return;
  const root = document.contents;
  if (!isMap(root)) {
    problems.add(placeAt(0), `must be a map with some of the keys ${GRID_KINDS.join(', ')}`);
    return;
  }
  for (const { key, value } of root.items) {
    const name = isScalar(key) ? String(key.value) : '';
    const place = placeAt(offsetOf(isNode(key) ? key : root));
    if (!isGridKind(name))
      problems.add(
        place,
        `"${name}" is not a known key${didYouMean(name, GRID_KINDS) || `; allowed: ${GRID_KINDS.join(', ')}`}`,
      );
    else if (isSeq(value)) yield* entries(name, value.items, { placeAt, problems });
    else if (!isScalar(value) || value.value !== null) problems.add(place, `${name}: must be a list`);
  }
}

interface YamlContext {
  readonly placeAt: (offset: number) => Place;
  readonly problems: FileProblems;
}

function* entries(kind: GridKind, items: readonly unknown[], { placeAt, problems }: YamlContext): Generator<RawRecord> {
  const known = columnsOf(kind);
  for (const item of items) {
    const place = placeAt(isNode(item) ? offsetOf(item) : 0);
    if (!isMap(item)) {
      problems.add(place, `${kind}: each entry must be a map with some of the keys ${known.join(', ')}`);
      continue;
    }
    const values: Record<string, unknown> = {};
    for (const { key, value } of item.items) {
      const name = isScalar(key) ? String(key.value) : '';
      if (known.includes(name)) values[name] = isNode(value) ? value.toJSON() : (value ?? null);
      else
        problems.add(
          placeAt(isNode(key) ? offsetOf(key) : 0),
          `"${name}" is not a known key${didYouMean(name, known) || `; allowed: ${known.join(', ')}`}`,
        );
    }
    yield { kind, values, line: place.line, source: new EntrySource(item, placeAt) };
  }
}

class EntrySource implements RecordSource {
  readonly #entry: YAMLMap;
  readonly #placeAt: (offset: number) => Place;

  constructor(entry: YAMLMap, placeAt: (offset: number) => Place) {
    this.#entry = entry;
    this.#placeAt = placeAt;
  }

  placeOf(_: RawRecord, name?: string): Place {
    const found = name === undefined ? undefined : this.#entry.get(name, true);
    return this.#placeAt(offsetOf(isNode(found) ? found : this.#entry));
  }
}

function offsetOf(node: Node): number {
  return node.range?.[0] ?? 0;
}
