import { basename, dirname } from 'node:path';
import { loadEdgeConfig } from '../load-config.ts';
import { loadModel, loadModels, modelNamed } from '../profiles/load.ts';
import type { DeviceModel } from '../profiles/model.ts';
import { isWell } from './assess.ts';
import { checkDevices } from './check-devices.ts';
import { type CheckedDevice, deviceDocument, deviceTable } from './report-device.ts';
import type { Tools } from './tools.ts';
import { trial } from './trial.ts';
import { invalid, type Where } from './where.ts';

export interface CheckArguments extends Where {
  readonly config?: string;
  readonly profile?: string;
  readonly model?: string;
  readonly unit?: number;
  readonly profiles?: readonly string[];
  readonly json?: boolean;
}

/** Checks the devices of a configuration, or a model on one device. Returns the exit code. */
export async function checkCommand(args: CheckArguments, tools: Tools): Promise<number> {
  const { config, profile, model, unit } = args;
  if (profile === undefined && model === undefined) {
    if (config === undefined)
      throw invalid(
        'give --config edge.yaml to check its devices, or --profile <file> with --host or --line and --unit',
      );
    return checkConfig(config, args.json === true, tools);
  }
  if (config !== undefined || (profile !== undefined && model !== undefined))
    throw invalid('give one of --config, --profile and --model');
  if (unit === undefined) throw invalid('--unit is missing: which unit is the model to be tried on?');
  return trial({ ...args, unit, model: modelToTry(args) }, tools);
}

function modelToTry({ profile, model, profiles }: CheckArguments): DeviceModel {
  if (profile !== undefined) return loadModel(profile, nameOf(profile));
  return modelNamed(loadModels(profiles), model ?? '');
}

/** `<maker>/<product>` as in a folder of models, in the small letters that names have. */
function nameOf(file: string): string {
  const clean = (part: string) => part.toLowerCase().replace(/[^a-z0-9._-]/g, '-') || 'own';
  const maker = clean(basename(dirname(file))).replace(/[._]/g, '-');
  return `${maker === '-' ? 'own' : maker}/${clean(basename(file).replace(/\.ya?ml$/, ''))}`;
}

async function checkConfig(file: string, json: boolean, { console, clock, createTransport }: Tools): Promise<number> {
  const { config, models, file: path } = loadEdgeConfig(file);
  const count = config.buses.reduce((sum, bus) => sum + bus.devices.length, 0);
  const devices = await checkDevices({
    buses: config.buses,
    models,
    clock,
    createTransport,
    signal: console.signal,
    onDevice: (checked) => console.progress(`reading device ${checked} of ${count} …`),
  });
  const bad = devices.filter(({ findings }) => !isWell(findings)).length;
  if (json)
    console.print(
      JSON.stringify({
        command: 'check',
        config: path,
        ok: bad === 0 && devices.length === count,
        devices: devices.map(deviceDocument),
      }),
    );
  else printDevices(devices, count, bad, console);
  // What was interrupted is not known to be well.
  return bad === 0 && devices.length === count ? 0 : 1;
}

function printDevices(devices: readonly CheckedDevice[], count: number, bad: number, console: Tools['console']): void {
  for (const line of deviceTable(devices, console.width)) console.print(line);
  const answered = devices.filter(({ reading }) => reading.answered).length;
  const left = count > devices.length ? `, ${count - devices.length} not read` : '';
  console.print('');
  console.print(
    `${answered} of ${devices.length} devices answered, ${bad === 0 ? 'nothing is wrong' : `${bad} with something wrong`}${left}`,
  );
}
