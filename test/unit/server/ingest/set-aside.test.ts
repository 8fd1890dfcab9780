import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLogger } from '../../../../edge/platform/log.ts';
import { Metrics } from '../../../../edge/platform/metrics.ts';
import { Problems } from '../../../../server/ingest/problems.ts';
import { Quarantine } from '../../../../server/ingest/quarantine.ts';

describe('payloads set aside', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gridwarden-quarantine-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const file = () => join(folder, 'q', 'payloads.jsonl');

  test('are kept with time, topic, reason and length, one a line', async () => {
    const quarantine = new Quarantine(join(folder, 'q'), 1_000_000, silentLogger(), new Metrics());
    quarantine.keep(0, 'a/topic', 'why', Buffer.from('bytes'));
    await quarantine.flush();
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      topic: 'a/topic',
      reason: 'why',
      bytes: 5,
      payload: Buffer.from('bytes').toString('base64'),
    });
  });

  test('never take more room than they may, and the newest are there', async () => {
    const quarantine = new Quarantine(join(folder, 'q'), 20_000, silentLogger(), new Metrics());
    for (let second = 0; second < 40; second++) {
      quarantine.keep(second * 1000, `topic ${second}`, 'why', Buffer.alloc(3000));
      await quarantine.flush();
    }
    expect(statSync(file()).size + statSync(`${file()}.1`).size).toBeLessThanOrEqual(20_000);
    expect(readFileSync(file(), 'utf8')).toContain('"topic 39"');
  });

  test('that come in a flood are counted and let go', async () => {
    const metrics = new Metrics();
    const quarantine = new Quarantine(join(folder, 'q'), 1_000_000, silentLogger(), metrics);
    for (let count = 0; count < 500; count++) quarantine.keep(1000, 'topic', 'why', Buffer.from('x'));
    await quarantine.flush();
    expect(readFileSync(file(), 'utf8').trim().split('\n').length).toBe(50);
    expect(await metrics.text()).toContain('gridwarden_ingest_quarantine_lost_total 450');
  });

  test('a disk that refuses is counted, and nothing fails', async () => {
    writeFileSync(join(folder, 'q'), 'a file where the folder should be');
    const metrics = new Metrics();
    const quarantine = new Quarantine(join(folder, 'q'), 1_000_000, silentLogger(), metrics);
    quarantine.keep(0, 'topic', 'why', Buffer.from('x'));
    await quarantine.flush();
    expect(await metrics.text()).toContain('gridwarden_ingest_quarantine_lost_total 1');
  });
});

describe('problems', () => {
  test('are one line for each kind and topic, the latest first, and the list is bounded', () => {
    let nowMs = 1;
    const problems = new Problems(new Metrics(), () => nowMs++);
    problems.note('topic', 'a', 'first');
    problems.note('topic', 'b', 'other');
    problems.note('topic', 'a', 'second');
    expect(problems.list()).toEqual([
      { kind: 'topic', topic: 'a', reason: 'second', count: 2, firstMs: 1, lastMs: 3 },
      { kind: 'topic', topic: 'b', reason: 'other', count: 1, firstMs: 2, lastMs: 2 },
    ]);
    for (let index = 0; index < 2000; index++) problems.note('payload', `t${index}`, 'x'.repeat(10_000));
    expect(problems.list().length).toBe(500);
    expect(problems.list()[0]?.reason.length).toBe(201);
    expect(problems.total('payload')).toBe(2000);
  });
});
