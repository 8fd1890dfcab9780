import { relative } from 'node:path';
import { loadConfig } from '../../edge/platform/config.ts';
import { BUILT_IN_MODELS, loadModels } from '../../edge/profiles/load.ts';
import type { DeviceModel } from '../../edge/profiles/model.ts';
import { type ModelFile, ModelFileSchema } from '../../edge/profiles/schema.ts';
import type { DeviceKind } from '../../edge/protocol/delivery.ts';
import { quantityGroups } from './quantity-groups.ts';

interface Model {
  readonly model: DeviceModel;
  readonly file: ModelFile;
}

const KIND_TITLES: Readonly<Record<DeviceKind, string>> = {
  meter: 'Meters',
  transformer: 'At a transformer',
  device: 'Other devices',
};

const HEAD = `# Device models

This page is made from the files beside it by \`npm run documents\`; a test fails when it is not current.

A model is one YAML file, \`<maker>/<product>.yaml\`; its path is the name that \`model:\` of a device gives. \`maker\` means that
the file was compared with the maker's own document, or with a faithful copy of its tables, \`community\` that it was
compared only with what others use. What was compared with what, and what was not, stands in the note of each model. No file
here was tried on the device itself unless its note says so.

Models of your own lie in a folder of the same form, named by \`profiles:\` in edge.yaml (and in fleet.yaml: the simulator
serves the same file). A model of the name of a built-in one replaces it, which is said at the start. \`model.schema.json\`
beside this page is for editors; a first line such as

\`\`\`yaml
# yaml-language-server: $schema=<path to>/edge/profiles/model.schema.json
\`\`\`

gives completion and says what is wrong while you type. \`npm run edge -- check --profile FILE --host H --unit U\` tries a file
on a live device.
`;

/** The page that lists the built-in models with what each gives. */
export function modelPage(): string {
  const models = [...loadModels().values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((model): Model => ({ model, file: loadConfig(ModelFileSchema, { file: model.file }).value }));
  const kinds = Object.keys(KIND_TITLES).filter((kind): kind is DeviceKind =>
    models.some(({ model }) => model.kind === kind),
  );
  const of = (kind: DeviceKind) => models.filter(({ model }) => model.kind === kind);
  return [
    HEAD,
    ...kinds.flatMap((kind) => [`## ${KIND_TITLES[kind]}`, '', ...table(of(kind)), '']),
    ...kinds.flatMap((kind) => of(kind).flatMap(section)),
  ].join('\n');
}

function table(models: readonly Model[]): string[] {
  const rows = models.map(({ model }) => {
    const { name, maker, product, source, registers, identity, typeRegister, loadProfile } = model;
    const cells = [
      `[\`${name}\`](#${anchor(name)})`,
      `${maker} ${product}`,
      source.checked,
      String(registers.length),
      tick(identity),
      tick(typeRegister),
      tick(loadProfile),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| model | device | checked | values | serial number | says its type | load profile |',
    '|---|---|---|---:|---|---|---|',
    ...rows,
  ];
}

function tick(value: unknown): string {
  return value === undefined ? '' : 'yes';
}

/** The anchor that a heading gets. */
function anchor(heading: string): string {
  return heading.toLowerCase().replace(/[^a-z0-9 _-]/g, '');
}

function section({ model, file }: Model): string[] {
  const { name, maker, product, source } = model;
  const link = source.url === undefined ? '' : ` ([source](${source.url}))`;
  const path = relative(BUILT_IN_MODELS, model.file).replaceAll('\\', '/');
  const pages = /^\d/.test(source.page) ? `page ${source.page}` : source.page;
  const facts = [
    `Source, checked: ${source.checked}. ${source.document}; ${source.version}; ${pages}${link}.`,
    ...quantityGroups(model).map(({ group, metrics }) => `${group}: ${metrics.join(', ')}`),
    `Registers: ${registerText(model, file)}`,
    ...limitText(model),
    ...identityText(model),
    ...typeText(model),
    ...profileText(model),
  ];
  return [
    `### ${name}`,
    '',
    `[${maker} ${product}](${path}). ${file.description ?? ''}`.trimEnd(),
    '',
    ...facts.map((fact) => `- ${fact}`),
    ...(source.note === undefined ? [] : ['', `> ${source.note.trim()}`]),
    '',
  ];
}

function registerText({ registers }: DeviceModel, file: ModelFile): string {
  const types = [...new Set(registers.map(({ type }) => type))].sort();
  const codes = [...new Set(registers.map(({ functionCode }) => functionCode))].sort();
  const parts = [
    `function ${codes.join(' and ')}`,
    types.join(', '),
    file.wordOrder === 'high-first' ? 'high word first' : 'low word first',
    ...(file.byteOrder === 'little' ? ['bytes swapped'] : []),
    ...(file.sign === undefined ? [] : [file.sign]),
  ];
  return parts.join('; ');
}

function limitText({ limits, registers }: DeviceModel): string[] {
  const { maxRegistersPerRead, minGapMs, holes, readsAcrossGaps } = limits;
  const codes = new Set(registers.map(({ functionCode }) => functionCode));
  const where = holes.map(
    ({ functionCode, from, to }) => `${from} to ${to}${codes.size > 1 ? ` (${functionCode})` : ''}`,
  );
  const parts = [
    ...(maxRegistersPerRead < 125 ? [`at most ${maxRegistersPerRead} registers a read`] : []),
    ...(minGapMs > 0 ? [`${minGapMs} ms between requests`] : []),
    ...(where.length > 0 ? [`no read across ${where.join(', ')}`] : []),
    ...(readsAcrossGaps ? [] : ['no read across addresses without a value']),
  ];
  return parts.length === 0 ? [] : [`Limits: ${parts.join('; ')}`];
}

function identityText({ identity }: DeviceModel): string[] {
  if (identity === undefined) return [];
  const { functionCode, address, count, offset, width, type } = identity;
  const block = count > width ? `, within ${count} registers from ${address}` : '';
  return [`Serial number: function ${functionCode}, address ${address + offset}, ${type}${block}`];
}

function typeText({ typeRegister }: DeviceModel): string[] {
  if (typeRegister === undefined) return [];
  const { functionCode, address, offset, values } = typeRegister;
  return [`Says its type: function ${functionCode}, address ${address + offset}: ${values.join(', ')}`];
}

function profileText({ loadProfile }: DeviceModel): string[] {
  if (loadProfile === undefined) return [];
  return [`Load profile: ${loadProfile.quantities.map(({ metric }) => `\`${metric}\``).join(', ')}`];
}
