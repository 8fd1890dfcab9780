import { spawnSync } from 'node:child_process';
import { fstatSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { journalLogger, writesToJournal } from '../../../../edge/platform/log.ts';

const LOG = join(import.meta.dirname, '../../../../edge/platform/log.ts');

it('gives the journal each line with its priority, and nothing that the journal notes itself', () => {
  const lines: string[] = [];
  const logger = journalLogger('edge', 'trace', { write: (line) => lines.push(line) });
  logger.trace('t');
  logger.debug('d');
  logger.info({ bus: 'gw1' }, 'i');
  logger.warn('w');
  logger.error('e');
  logger.fatal('f');
  expect(lines).toEqual([
    '<7>{"level":10,"name":"edge","msg":"t"}\n',
    '<7>{"level":20,"name":"edge","msg":"d"}\n',
    '<6>{"level":30,"name":"edge","bus":"gw1","msg":"i"}\n',
    '<4>{"level":40,"name":"edge","msg":"w"}\n',
    '<3>{"level":50,"name":"edge","msg":"e"}\n',
    '<2>{"level":60,"name":"edge","msg":"f"}\n',
  ]);
});

it('takes an output for the journal only when it is the one that JOURNAL_STREAM names', () => {
  const { dev, ino } = fstatSync(1);
  expect(writesToJournal(`${dev}:${ino}`, 1)).toBe(true);
  expect([writesToJournal(`${dev}:${ino + 1}`, 1), writesToJournal(undefined, 1), writesToJournal('x', 1)]).toEqual([
    false,
    false,
    false,
  ]);
});

it('a process under systemd writes for the journal, any other with time and process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const run = (journal: (file: number) => string) => {
    const path = join(folder, 'out');
    const file = openSync(path, 'w');
    const script = `import { createLogger } from ${JSON.stringify(LOG)}; createLogger('edge').warn('w');`;
    spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', file, 'inherit'],
      env: { ...process.env, JOURNAL_STREAM: journal(file) },
    });
    return readFileSync(path, 'utf8');
  };
  const identityOf = (file: number) => `${fstatSync(file).dev}:${fstatSync(file).ino}`;
  expect(run(identityOf)).toBe('<4>{"level":40,"name":"edge","msg":"w"}\n');
  expect(JSON.parse(run(() => '1:1'))).toMatchObject({ level: 40, time: expect.stringMatching(/Z$/), msg: 'w' });
});
