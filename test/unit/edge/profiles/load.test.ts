import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { codeOf, messageOf } from '../../../../edge/platform/errors.ts';
import { loadModels, modelNamed, replacedModels } from '../../../../edge/profiles/load.ts';

const SOUND = `maker: Acme
product: X1
kind: meter
source: { document: Acme X1 Modbus map, version: '1', page: '7', checked: community }
functionCode: 3
wordOrder: low-first
sign: export-positive
registers:
  voltage_a: { address: 0, type: uint16, unit: V, scale: 0.1 }
  active_power: { address: 2, type: int32, unit: W }
  energy_import: { address: 4, type: uint32, unit: Wh, scale: 10 }
  current_a: { address: 8, type: float32, unit: mA, functionCode: 4, wordOrder: high-first, byteOrder: little }
`;

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-models-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

function problemsOf(files: Readonly<Record<string, string>>): string {
  try {
    loadModels([folderWith(files)]);
  } catch (error) {
    expect(codeOf(error)).toBe('MODEL_INVALID');
    return messageOf(error);
  }
  throw new Error('the models were loaded');
}

describe('a model file', () => {
  const model = modelNamed(loadModels([folderWith({ 'acme/x1.yaml': SOUND })]), 'acme/x1');

  test('has its name from its path, and defaults where it says nothing', () => {
    expect(model).toMatchObject({ name: 'acme/x1', maker: 'Acme', kind: 'meter' });
    expect(model.limits).toEqual({ maxRegistersPerRead: 125, minGapMs: 0, holes: [], readsAcrossGaps: true });
    expect(model.identity).toBeUndefined();
  });

  test('registers stand in order, in the unit and the sign of the catalogue', () => {
    expect(model.registers.map(({ metric, address, count, factor }) => [metric, address, count, factor])).toEqual([
      ['voltage_a', 0, 1, 0.1],
      ['active_power', 2, 2, -0.001],
      ['energy_import', 4, 2, 0.01],
      ['current_a', 8, 2, 0.001],
    ]);
  });

  test('orders of the model may be overridden', () => {
    const [voltage, , , current] = model.registers;
    expect([voltage?.wordOrder, voltage?.byteOrder]).toEqual(['low-first', 'big']);
    expect([current?.wordOrder, current?.byteOrder, current?.functionCode]).toEqual(['high-first', 'little', 4]);
  });

  test('a counter of 32 bits starts again where its bits end', () => {
    expect(model.registers.find(({ metric }) => metric === 'energy_import')?.rollover).toBeCloseTo(2 ** 32 * 0.01);
  });

  test('a counter with known digits starts again after them, whatever its scale', () => {
    const text = SOUND.replace('scale: 10 }', 'scale: 10, counterDigits: 8 }');
    const digits = modelNamed(loadModels([folderWith({ 'acme/x1.yaml': text })]), 'acme/x1');
    expect(digits.registers.find(({ metric }) => metric === 'energy_import')?.rollover).toBeCloseTo(1e8 / 1000);
  });
});

describe('folders of one’s own', () => {
  test('replace a built-in model of the same name', () => {
    const text = SOUND.replace('maker: Acme', 'maker: Mine');
    expect(modelNamed(loadModels([folderWith({ 'eastron/sdm630.yaml': text })]), 'eastron/sdm630').maker).toBe('Mine');
  });

  test('only <maker>/<product>.yaml counts', () => {
    const names = [
      ...loadModels([folderWith({ 'readme.yaml': 'x', 'acme/deep/x2.yaml': 'x', 'acme/x1.yml': SOUND })]).keys(),
    ];
    expect(names).toContain('acme/x1');
    expect(names.filter((name) => name.startsWith('acme') || name.includes('readme'))).toEqual(['acme/x1']);
  });

  test('say which built-in models they replace', () => {
    const own = folderWith({ 'eastron/sdm630.yaml': SOUND, 'acme/x1.yaml': SOUND });
    expect(replacedModels(loadModels())).toEqual([]);
    expect(replacedModels(loadModels([own]))).toEqual([
      `eastron/sdm630 is ${join(own, 'eastron/sdm630.yaml')}, not the built-in model`,
    ]);
  });

  test('of which a later one has the last word', () => {
    const second = folderWith({ 'acme/x1.yaml': SOUND.replace('product: X1', 'product: X2') });
    const models = loadModels([folderWith({ 'acme/x1.yaml': SOUND }), second]);
    expect(modelNamed(models, 'acme/x1').product).toBe('X2');
  });

  test('that hold no model say where one would lie', () => {
    expect(problemsOf({ 'x1.yaml': SOUND })).toMatch(
      /: holds no device model: a model lies at <maker>\/<product>\.yaml, such as acme\/x1\.yaml; x1\.yaml is there, but/,
    );
    expect(problemsOf({ 'acme/readme.md': '' })).toMatch(/holds no device model.*acme\/x1\.yaml$/);
  });

  test('may not have a model that nobody could name, or one twice', () => {
    const problems = problemsOf({ 'Acme/X1.yaml': SOUND, 'acme/x2.yaml': SOUND, 'acme/x2.yml': SOUND });
    expect(problems).toMatch(
      /Acme\/X1\.yaml: its path is the name of the model, <maker>\/<product>\.yaml in small letters/,
    );
    expect(problems).toMatch(/acme\/x2\.yml: is the same model as .*acme\/x2\.yaml/);
  });

  test('that cannot be read are named', () => {
    expect(() => loadModels(['/no/such/folder'])).toThrow(
      /\/no\/such\/folder: the folder of device models cannot be read/,
    );
  });
});

test('all problems of all files at once, each with file, line, path and what is allowed', () => {
  const problems = problemsOf({
    'acme/x1.yaml': SOUND.replace('address: 0,', 'address: 70000,').replace('unit: mA', 'unit: kW'),
    'acme/x2.yaml': SOUND.replace('kind: meter', 'kind: metre').replace('functionCode: 3\n', 'functionCode: 6\n'),
    'acme/x3.yaml': `${SOUND}  voltag_b: { address: 20, type: uint16, unit: V }\n`,
    'acme/x4.yaml': 'maker: [',
  });
  expect(problems).toMatch(/acme\/x1\.yaml:9: registers\.voltage_a\.address: must be a zero-based protocol address/);
  expect(problems).toMatch(/acme\/x2\.yaml:3: kind: must be one of "meter", "transformer", "device"/);
  expect(problems).toMatch(/acme\/x2\.yaml:5: functionCode: must be one of "3", "4"/);
  expect(problems).toMatch(
    /acme\/x3\.yaml:13: registers\.voltag_b: is not a metric of the catalogue, did you mean "voltage_b"/,
  );
  expect(problems).toMatch(/acme\/x4\.yaml:1: /);
});

test('an unknown model is answered with the nearest names', () => {
  const models = loadModels();
  expect(() => modelNamed(models, 'schneider/iem3115')).toThrow(/did you mean "schneider\/iem3155"\?/);
  expect(() => modelNamed(models, 'nothing/like-it')).toThrow(/known are abb\/a43, .*eastron\/sdm120/);
});
