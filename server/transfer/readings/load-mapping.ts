import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../../edge/platform/config.ts';
import { GridwardenError } from '../../../edge/platform/errors.ts';
import { didYouMean } from '../../../edge/platform/names.ts';
import type { Problem } from '../../../edge/platform/schema-errors.ts';
import { type Mapping, MappingSchema } from './mapping.schema.ts';

const FOLDER = join(import.meta.dirname, 'mappings');

/** Names of the mappings that ship. */
export function mappingNames(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort();
}

/**
 * A mapping by name, or from a YAML file.
 * @throws GridwardenError ARGUMENT_INVALID, CONFIG_UNREADABLE, CONFIG_INVALID with every problem and its line
 */
export function loadMapping(nameOrFile: string): Mapping {
  const names = mappingNames();
  const isFile = /[/\\]|\.ya?ml$/.test(nameOrFile);
  if (!isFile && !names.includes(nameOrFile)) {
    const near = didYouMean(nameOrFile, names) || `; there are: ${names.join(', ')}`;
    throw new GridwardenError(
      'ARGUMENT_INVALID',
      `There is no mapping "${nameOrFile}"${near}. A file of your own ends in .yaml`,
    );
  }
  const loaded = loadConfig(MappingSchema, { file: isFile ? nameOrFile : join(FOLDER, `${nameOrFile}.yaml`) });
  loaded.reject(problemsOf(loaded.value));
  return loaded.value;
}

function problemsOf({ values, curve, ratio }: Mapping): Problem[] {
  const problems: Problem[] = [];
  if (values.length === 0 && !curve)
    problems.push({ path: ['values'], message: 'must have a column, or curve must be there' });
  if (ratio && !ratio.product && !ratio.ct && !ratio.pt) {
    problems.push({ path: ['ratio'], message: 'must name the columns of product, or of ct and pt' });
  }
  const owners = new Map<string, string>();
  for (const [index, { metric, columns }] of values.entries()) {
    for (const column of columns) {
      const owner = owners.get(column);
      if (owner === undefined) owners.set(column, metric);
      else
        problems.push({
          path: ['values', String(index), 'columns'],
          message: `has "${column}", which is ${owner} already`,
        });
    }
  }
  return problems;
}
