import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
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

/** What `model:` of a device may be, and so where a model file lies. */
const MODEL_NAME = /^[a-z0-9-]+\/[a-z0-9._-]+$/;

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
    for (const [name, file] of modelFiles(folder, problems)) {
      try {
        models.set(name, loadModel(file, name));
      } catch (error) {
        if (codeOf(error) === undefined) throw error;
        problems.push(messageOf(error));
      }
    }
  }
  if (problems.length > 0) throw new GridwardenError('MODEL_INVALID', problems.join('\n'), { details: { problems } });
  return models;
}

/** A sentence for each model that stands in for a built-in one of the same name; whoever starts with them should know. */
export function replacedModels(models: ModelCatalogue): string[] {
  return [...models.values()].flatMap(({ name, file }) => {
    const builtIn = join(BUILT_IN_MODELS, `${name}.yaml`);
    return file !== builtIn && existsSync(builtIn) ? [`${name} is ${file}, not the built-in model`] : [];
  });
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

/** The model files of a folder by name. What cannot be read, and what could never be named, is a problem. */
function modelFiles(folder: string, problems: string[]): Map<string, string> {
  const files = new Map<string, string>();
  const before = problems.length;
  const paths = yamlPaths(folder, problems);
  for (const path of paths.filter((one) => one.split('/').length === 2)) {
    const file = join(folder, path);
    const name = path.replace(/\.ya?ml$/, '');
    const other = files.get(name);
    if (other !== undefined) problems.push(`${file}: is the same model as ${other}`);
    else if (!MODEL_NAME.test(name)) problems.push(`${file}: ${NAMING}`);
    else files.set(name, file);
  }
  if (files.size === 0 && problems.length === before) problems.push(`${folder}: ${noModels(paths)}`);
  return files;
}

const NAMING =
  'its path is the name of the model, <maker>/<product>.yaml in small letters, digits and "-" (the product also "." and "_")';

function noModels(paths: readonly string[]): string {
  const [first] = paths;
  const found = first === undefined ? '' : `; ${first} is there, but not in a folder of its maker`;
  return `holds no device model: a model lies at <maker>/<product>.yaml, such as acme/x1.yaml${found}`;
}

/** YAML files of a folder and below, with `/` between folders. */
function yamlPaths(folder: string, problems: string[]): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((path) => path.split(sep).join('/'))
      .filter((path) => /\.ya?ml$/.test(path))
      .sort();
  } catch (error) {
    problems.push(`${folder}: the folder of device models cannot be read: ${messageOf(error)}`);
    return [];
  }
}
