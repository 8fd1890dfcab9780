import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'typebox';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EdgeConfigSchema } from '../../../../edge/config.ts';
import { type ConfigSource, loadConfig, readSecret } from '../../../../edge/platform/config.ts';
import { codeOf, messageOf } from '../../../../edge/platform/errors.ts';

/** How a variable of the environment stands in a file. */
const variable = (name: string) => `$\{${name}}`;

const EDGE = `group: east
node: agent-1
broker:
  urls: [mqtt://127.0.0.1:1883]
outbox: { path: data/outbox.sqlite }
buses:
  - id: gw1
    transport: tcp
    host: 127.0.0.1
    devices:
      - { id: M-1, model: eastron/sdm630, unit: 1, every: 1s }
`;

function edge(text = EDGE, env: ConfigSource['env'] = {}) {
  return loadConfig(EdgeConfigSchema, { file: '/etc/gridwarden/edge.yaml', text, env });
}

/** What is said of a configuration that is wrong, line by line. */
function problemsOf(text: string, env: ConfigSource['env'] = {}): string[] {
  try {
    edge(text, env);
  } catch (error) {
    expect(codeOf(error)).toBe('CONFIG_INVALID');
    return messageOf(error).split('\n');
  }
  return [];
}

describe('a valid file', () => {
  it('gets its defaults, and paths relative to itself', () => {
    const { value } = edge();
    expect(value.outbox).toEqual({ path: '/etc/gridwarden/data/outbox.sqlite', maxBytes: '1GiB', maxAge: '90d' });
    expect(value.buses[0]).toMatchObject({ port: 502, timeout: '1s' });
  });

  it('gets variables of the environment, and nothing of it without asking', () => {
    const text = EDGE.replace('broker:', `broker:\n  password: x${variable('SECRET')}y\n  username: $HOME`);
    expect(edge(text, { SECRET: 'abc', HOME: '/root' }).value.broker).toMatchObject({
      password: 'xabcy',
      username: '$HOME',
    });
  });
});

describe('a wrong file is refused with file, line, path and what is allowed', () => {
  it.each([
    [
      'a key that is not known',
      EDGE.replace('node:', 'nodes:'),
      [/\/etc\/gridwarden\/edge.yaml:2: nodes: is not a known key, did you mean "node"\?/],
    ],
    ['a key that is missing', EDGE.replace('node: agent-1\n', ''), [/edge.yaml:1: the key "node" is missing/]],
    [
      'a value of another kind',
      EDGE.replace('unit: 1', 'unit: one'),
      [/edge.yaml:11: buses.0.devices.0.unit: must be/],
    ],
    [
      'a value beyond its bounds',
      EDGE.replace('unit: 1', 'unit: 300'),
      [/edge.yaml:11: buses.0.devices.0.unit: .*255/],
    ],
    [
      'a duration without unit',
      EDGE.replace('every: 1s', 'every: 5'),
      [/edge.yaml:11: buses.0.devices.0.every: .*a duration such as/],
    ],
    [
      'a transport that there is not',
      EDGE.replace('transport: tcp', 'transport: udp'),
      [/edge.yaml:8: buses.0.transport: must be one of "tcp", "rtu-over-tcp", "rtu"$/],
    ],
    [
      'a URL of another protocol',
      EDGE.replace('mqtt://', 'http://'),
      [/edge.yaml:4: broker.urls.0: must be a URL such as mqtt:/],
    ],
    ['an id that topics reserve', EDGE.replace('group: east', 'group: a/b'), [/edge.yaml:1: group: .*without \/ \+ #/]],
    ['YAML that is none', `${EDGE}  - [`, [/edge.yaml:1[0-9]: /]],
    [
      'a variable that is not set',
      EDGE.replace('east', variable('NOWHERE')),
      [/edge.yaml:1: group: the environment variable NOWHERE is not set/],
    ],
  ])('%s', (_, text, patterns) => {
    const problems = problemsOf(text);
    for (const pattern of patterns) expect(problems.join('\n')).toMatch(pattern);
  });

  it('with all its problems at once, in the order of their lines', () => {
    const problems = problemsOf(
      EDGE.replace('group: east', 'group: ""').replace('unit: 1', 'unit: -1').replace('1s', '1'),
    );
    expect(problems.map((line) => Number(line.split(':')[1]))).toEqual([1, 11, 11]);
  });

  it('also by checks that a schema cannot express', () => {
    const loaded = edge();
    expect(() => loaded.reject([{ path: ['buses', '0', 'id'], message: 'is taken' }])).toThrow(
      '/etc/gridwarden/edge.yaml:7: buses.0.id: is taken',
    );
    expect(() => loaded.reject([])).not.toThrow();
  });
});

describe('files', () => {
  it('that cannot be read are named', () => {
    const read = () => loadConfig(Type.Object({}), { file: '/nowhere/edge.yaml' });
    expect(read).toThrow(expect.objectContaining({ code: 'CONFIG_UNREADABLE' }));
    expect(read).toThrow('/nowhere/edge.yaml');
  });

  it('of secrets give their text without the line end', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gridwarden-secret-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'password'), 'a b\r\n');
    expect(readSecret(join(folder, 'password'))).toBe('a b');
    expect(() => readSecret(join(folder, 'none'))).toThrow(expect.objectContaining({ code: 'SECRET_UNREADABLE' }));
  });
});
