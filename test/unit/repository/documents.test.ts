import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import ajvFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { DOCUMENTS } from '../../documents/documents.ts';
import { ROOT, repositoryFiles, textOf } from './tree.ts';

test.each(Object.entries(DOCUMENTS))('%s is current (else: npm run documents)', (path, text) => {
  expect(textOf(path) === text()).toBe(true);
});

test('README leads to the page of models', () => {
  expect(textOf('README.md').includes('(edge/profiles/README.md)')).toBe(true);
});

const ajv = new Ajv({ strict: true, allErrors: true });
ajvFormats.default(ajv);

function validator(schemaFile: string) {
  return ajv.compile(JSON.parse(readFileSync(schemaFile, 'utf8')));
}

const NAMED_SCHEMA = /^# yaml-language-server: \$schema=(\S+)\n/;
const named = repositoryFiles()
  .filter(
    (file) =>
      /^(edge\/profiles|server\/deploy|simulators\/scenarios)\/.*\.yaml$/.test(file) && existsSync(join(ROOT, file)),
  )
  .map((file) => ({ file, text: textOf(file), schema: NAMED_SCHEMA.exec(textOf(file))?.[1] ?? '' }));

describe('files that name the schema that an editor checks them with', () => {
  test('are all models and the configurations of the deployment', () => {
    expect(named.filter(({ schema }) => schema === '').map(({ file }) => file)).toEqual([]);
    expect(named.length).toBeGreaterThan(20);
  });

  const validators = new Map<string, ReturnType<typeof validator>>();
  test.each(named)('$file passes it', ({ file, text, schema }) => {
    const path = resolve(join(ROOT, dirname(file)), schema);
    const validate = validators.get(path) ?? validator(path);
    validators.set(path, validate);
    validate(parse(text));
    expect(validate.errors ?? []).toEqual([]);
  });
});

describe('the schema of models', () => {
  const sound = `
maker: Acme
product: X1
kind: meter
source: { document: Acme X1 map, version: '1', page: '7', checked: community }
functionCode: 3
wordOrder: low-first
limits: { maxRegistersPerRead: 60 }
registers:
  voltage_a: { address: 0, type: uint16, unit: V, scale: 0.1 }
`;
  const validate = validator(join(ROOT, 'edge/profiles/model.schema.json'));
  const fails = (text: string) => {
    validate(parse(text));
    return (validate.errors ?? []).map(({ instancePath }) => instancePath);
  };

  test('asks for nothing that has a default', () => {
    expect(fails(sound)).toEqual([]);
    expect(fails(sound.replace(/limits: .*\n/, ''))).toEqual([]);
  });

  test.each([
    ['a kind that is none', 'kind: meter', 'kind: metre', '/kind'],
    ['a metric that the catalogue has not', 'voltage_a:', 'voltage_x:', '/registers'],
    ['a unit of another quantity', 'unit: V', 'unit: A', '/registers/voltage_a/unit'],
    ['a register number instead of an address', 'address: 0', 'address: 140001', '/registers/voltage_a/address'],
    ['a key that is none', 'scale:', 'factor:', '/registers/voltage_a'],
    ['no source', /source: .*\n/, '', ''],
    ['no word order', 'wordOrder: low-first\n', '', ''],
  ])('refuses %s', (_, from, to, where) => {
    expect(fails(sound.replace(from, to))).toContain(where);
  });
});
