import { existsSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { BusDevice } from '../modbus/device.ts';
import { GridwardenError } from '../platform/errors.ts';
import { writeAside } from '../platform/write-aside.ts';
import { loadModels, type ModelCatalogue, modelNamed } from '../profiles/load.ts';
import type { DeviceModel } from '../profiles/model.ts';
import { assess, isWell } from './assess.ts';
import { noChance } from './check-devices.ts';
import { chosenModel } from './choose-model.ts';
import { edgeYaml } from './edge-yaml.ts';
import { failureText } from './exceptions.ts';
import { type InitArguments, type Names, namesOf, type Place, placeOf } from './init-answers.ts';
import { showLive } from './live-view.ts';
import { ProbeLine } from './probe-line.ts';
import type { Questions } from './questions.ts';
import { readDevice } from './read-device.ts';
import { type CheckedDevice, deviceDocument } from './report-device.ts';
import type { Tools } from './tools.ts';
import { busConfigOf, busFields } from './where.ts';

/** Recognises devices, writes edge.yaml, shows live values. Returns the exit code. */
export async function initCommand(
  args: InitArguments,
  tools: Tools,
  questions: Questions | undefined,
): Promise<number> {
  const file = resolve(args.out);
  if (existsSync(file) && !args.force)
    throw new GridwardenError(
      'PLACE_NOT_EMPTY',
      `${file} exists already: give --force to overwrite it, or another --out`,
    );
  const models = loadModels(args.profiles);
  if (args.model !== undefined) modelNamed(models, args.model);
  const place = await placeOf(args, questions);
  const probe = new ProbeLine(busConfigOf(place.where), tools.clock, tools.createTransport);
  try {
    const devices = await recognisedDevices(probe, place, args, models, tools, questions);
    if (devices === undefined) return 1;
    const names = await namesOf(args, questions);
    questions?.close();
    const read = () => readAll(probe, devices);
    const first = await read();
    await writeAside(file, textOf(file, args, place, names, first));
    tools.console.note(`wrote ${file}`);
    if (args.json) tools.console.print(JSON.stringify(documentOf(file, first)));
    else
      await showLive({ read, first, seconds: args.seconds, console: tools.console, isTerminal: process.stdout.isTTY });
    if (!args.json)
      tools.console.note(`next: npm run edge -- check --config ${args.out}; then npm run edge -- --config ${args.out}`);
    return first.every(({ findings }) => isWell(findings)) ? 0 : 1;
  } finally {
    questions?.close();
    await probe.close();
  }
}

/** The devices at the units; undefined when one of them cannot be told, which has been said then. */
async function recognisedDevices(
  probe: ProbeLine,
  { units }: Place,
  args: InitArguments,
  models: ModelCatalogue,
  { console }: Tools,
  questions: Questions | undefined,
): Promise<BusDevice[] | undefined> {
  const refused = await probe.open();
  if (refused) throw new GridwardenError('MODBUS_CONNECTION', failureText(refused));
  const devices: BusDevice[] = [];
  for (const unit of units) {
    const model =
      args.model === undefined
        ? await chosenModel({ probe, unit, models, console, questions, json: args.json === true })
        : modelNamed(models, args.model);
    if (model === undefined) return undefined;
    devices.push(deviceOf(probe, unit, model));
  }
  return devices;
}

function deviceOf(probe: ProbeLine, unit: number, model: DeviceModel): BusDevice {
  const config = { id: `unit-${unit}`, model: model.name, unit, every: '1s' };
  return new BusDevice(config, model, probe.config.timeout, noChance);
}

async function readAll(probe: ProbeLine, devices: readonly BusDevice[]): Promise<CheckedDevice[]> {
  const checked: CheckedDevice[] = [];
  for (const device of devices) {
    const reading = await readDevice(probe, device);
    const bus = probe.config;
    checked.push({ bus: 'bus-1', reading, findings: assess(reading, { bus, trial: false }) });
  }
  return checked;
}

function textOf(
  file: string,
  args: InitArguments,
  { where }: Place,
  names: Names,
  first: readonly CheckedDevice[],
): string {
  return edgeYaml(file, {
    ...names,
    primaryHost: args.primaryHost,
    profiles: (args.profiles ?? []).map((folder) => relative(dirname(file), resolve(folder)) || '.'),
    bus: busFields(where),
    devices: first.map(({ reading: { device, serial, tookMs } }) => ({
      model: device.model,
      unit: device.unit,
      tookMs,
      ...(serial === undefined ? {} : { serial }),
    })),
  });
}

function documentOf(file: string, devices: readonly CheckedDevice[]): object {
  return {
    command: 'init',
    file,
    ok: devices.every(({ findings }) => isWell(findings)),
    devices: devices.map(deviceDocument),
  };
}
