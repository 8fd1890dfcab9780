import { readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../platform/config.ts';
import { codeOf, GridwardenError, messageOf } from '../platform/errors.ts';
import { didYouMean } from '../platform/names.ts';
import { lintModelFile } from './lint.ts';
import { type DeviceModel, resolveModel } from './model.ts';
import { ModelFileSchema } from './schema.ts';

/** Device models by name (`maker/product`). */
export type ModelCatalogue = ReadonlyMap<string, DeviceModel>;

/** The folder of the models that come with gridwarden. */
export const BUILT_IN_MODELS = dirname(fileURLToPath(import.meta.url));

/**
 * Loads every `<maker>/<product>.yaml` of the built-in folder and of `folders`. A model of a later folder replaces one
 * of the same name. All problems of all files are reported at once, each as `file:line: path: message`.
 *
 * @throws GridwardenError MODEL_INVALID
 */
export function loadModels(folders: readonly string[] = []): ModelCatalogue {
  const models = new Map<string, DeviceModel>();
  const problems: string[] = [];
  for (const folder of [BUILT_IN_MODELS, ...folders]) {
    for (const file of modelFiles(folder, problems)) {
      try {
        const model = loadModel(file, nameOf(folder, file));
        models.set(model.name, model);
      } catch (error) {
        if (codeOf(error) === undefined) throw error;
        problems.push(messageOf(error));
      }
    }
  }
  if (problems.length > 0) throw new GridwardenError('MODEL_INVALID', problems.join('\n'), { details: { problems } });
  return models;
}

/**
 * Loads one device-model file; used by the catalogue and to try a file of one's own.
 *
 * @throws GridwardenError CONFIG_INVALID, CONFIG_UNREADABLE
 */
export function loadModel(file: string, name: string): DeviceModel {
  const config = loadConfig(ModelFileSchema, { file });
  config.reject(lintModelFile(config.value));
  return resolveModel(name, config.file, config.value);
}

/** @throws GridwardenError MODEL_UNKNOWN with the nearest names */
export function modelNamed(models: ModelCatalogue, name: string): DeviceModel {
  const model = models.get(name);
  if (model) return model;
  throw new GridwardenError('MODEL_UNKNOWN', unknownModel(models, name), { details: { name } });
}

/** What to tell whoever named a model that does not exist. */
export function unknownModel(models: ModelCatalogue, name: string): string {
  const hint = didYouMean(name, models.keys()) || `; known are ${[...models.keys()].sort().join(', ')}`;
  return `no device model is named "${name}"${hint}`;
}

function modelFiles(folder: string, problems: string[]): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => /^[^/\\]+[/\\][^/\\]+\.ya?ml$/.test(path))
      .sort()
      .map((path) => join(folder, path));
  } catch (error) {
    problems.push(`${folder}: the folder of device models cannot be read: ${messageOf(error)}`);
    return [];
  }
}

function nameOf(folder: string, file: string): string {
  return relative(folder, file)
    .split(sep)
    .join('/')
    .replace(/\.ya?ml$/, '');
}
