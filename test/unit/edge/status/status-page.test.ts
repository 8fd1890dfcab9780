import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { BusDeviceReport, BusReport } from '../../../../edge/modbus/report.ts';
import { GOOD, qualityCode } from '../../../../edge/protocol/quality.ts';
import { type EdgeStatus, readStatus, STATUS_FORMAT } from '../../../../edge/status/status.ts';
import { PAGE_STYLE, pageHeaders, statusPage } from '../../../../edge/status/status-page.ts';
import { statusText } from '../../../../edge/status/status-text.ts';
import { bytes, span } from '../../../../edge/status/words.ts';

const NOW = Date.UTC(2026, 2, 4, 10);

function device(id: string, changes: Partial<BusDeviceReport> = {}): BusDeviceReport {
  const health = { device: id, up: true, quality: GOOD, sinceMs: NOW - 3_600_000 };
  return {
    id,
    unit: 1,
    model: 'eastron/sdm630',
    health,
    intervalsMs: { fast: 1000 },
    blocks: [{ functionCode: 4, address: 0, count: 80 }],
    learnedHoles: [],
    lastGoodMs: NOW - 400,
    usualMs: 23.4,
    missedDeadlines: 0,
    ...changes,
  };
}

function bus(devices: readonly BusDeviceReport[], changes: Partial<BusReport> = {}): BusReport {
  const counts = { requests: 12_345, timeouts: 4, exceptions: 3, malformed: 2, connectionFailures: 1, connects: 2 };
  return {
    ...{ id: 'gw1', transport: 'tcp', address: '10.0.0.9:502', connected: true, connectedSinceMs: NOW - 90_000 },
    ...counts,
    missedDeadlines: 7,
    busyShare: 0.123,
    devices,
    ...changes,
  };
}

function status(buses: readonly BusReport[], changes: Partial<EdgeStatus> = {}): EdgeStatus {
  return {
    ...{ format: STATUS_FORMAT, group: 'east', node: 'agent-1', version: '0.1.0', pid: 4711 },
    ...{ startedMs: NOW - 11_520_000, wallMs: NOW },
    clock: { nowMs: NOW, generation: 1, speed: 1 },
    configuration: { file: '/etc/gridwarden/edge.yaml', needsRestart: [] },
    session: {
      ...{ broker: 'mqtt://10.0.0.5:1883', isConnected: true, isReady: true },
      ...{ primaryHost: 'gridwarden', isHostOnline: true },
    },
    outbox: {
      ...{ path: '/data/outbox.sqlite', waiting: 1204, unprotected: 0, bytes: 3_355_443, maxBytes: 2 ** 30 },
      oldestMs: NOW - 720_000,
    },
    buses,
    ...changes,
  };
}

const ROWS = { maxBuses: 20, maxDevices: 40 };
const textOf = (shown: EdgeStatus) => statusText(shown, ROWS).join('\n');

describe('the status as text', () => {
  it('says what a technician asks for', () => {
    const text = textOf(status([bus([device('M-1')])]));
    expect(text).toContain('agent-1 of east: gridwarden 0.1.0, running for 3 h 12 min (process 4711)');
    expect(text).toContain('mqtt://10.0.0.5:1883, connected; primary host gridwarden is online');
    expect(text).toContain('1204 records wait, the oldest from 12 min ago; 3.2 MiB of 1.0 GiB in /data/outbox.sqlite');
    expect(text).toMatch(/^gw1 +tcp 10\.0\.0\.9:502 +open for 1 min 30 s +12345 +4 +3 +2 +1 +12 % +7$/m);
    expect(text).toMatch(/^M-1 +gw1 +1 +eastron\/sdm630 +up for 1 h +400 ms ago +23 ms +1 +0$/m);
  });

  it('shows what is wrong first, and in words', () => {
    const down = { device: 'M-3', up: false, quality: qualityCode('silent'), sinceMs: NOW - 125_000 };
    const { health: _, lastGoodMs: __, usualMs: ___, ...never } = device('M-2');
    const shown = status(
      [bus([device('M-1'), never, device('M-3', { health: down })], { problem: 'ECONNREFUSED', connected: false })],
      {
        session: { broker: 'mqtt://a:1', isConnected: false, isReady: false, problem: 'nobody there' },
        configuration: {
          file: 'e.yaml',
          reload: { atMs: NOW - 60_000, problem: 'e.yaml:3: no' },
          needsRestart: ['node'],
        },
      },
    );
    const text = textOf(shown);
    expect(text.match(/^M-[0-9]/gm)).toEqual(['M-3', 'M-2', 'M-1']);
    expect(text).toContain('3 devices: 1 up, 1 down, 1 not read yet');
    expect(text).toContain('DOWN for 2 min 5 s: silent');
    expect(text).toMatch(/ DOWN [\s\S]*^gw1: ECONNREFUSED$/m);
    expect(text).toContain('e.yaml, REFUSED 1 min ago: e.yaml:3: no; needs a restart: node');
    expect(text).toContain('mqtt://a:1, not connected: nobody there; no primary host is configured');
  });

  it('leaves rows out only with a word', () => {
    const many = Array.from({ length: 50 }, (_, i) => device(`M-${i}`));
    expect(textOf(status([bus(many)]))).toContain('… and 10 more devices; --all shows them');
  });
});

describe('the status as a page', () => {
  it('has no script and escapes whatever comes from configuration or device', () => {
    const evil = `<script>alert("1")</script>&'`;
    const page = statusPage(
      status([bus([device(evil, { model: evil })], { id: evil, address: evil })], { node: evil }),
    );
    expect(page).not.toMatch(/<script/i);
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;');
    expect(page).toContain('<meta http-equiv="refresh"');
  });

  it('is allowed its own style and nothing else', () => {
    const hash = `sha256-${createHash('sha256').update(PAGE_STYLE).digest('base64')}`;
    expect(pageHeaders(hash)['content-security-policy']).toBe(
      `default-src 'none'; style-src '${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(statusPage(status([]))).toContain(`<style>${PAGE_STYLE}</style>`);
  });
});

it.each([
  [0, '0 ms'],
  [-5, '0 ms'],
  [999, '999 ms'],
  [1500, '1.5 s'],
  [59_900, '59 s'],
  [60_000, '1 min'],
  [3_725_000, '1 h 2 min'],
  [90_000_000, '1 d 1 h'],
])('%d ms are %s', (ms, text) => {
  expect(span(ms)).toBe(text);
});

it('sizes have one unit', () => {
  expect([0, 1023, 1024, 5 * 2 ** 30].map(bytes)).toEqual(['0 B', '1023 B', '1.0 KiB', '5.0 GiB']);
});

it('a document of another layout is not read', () => {
  expect(readStatus(JSON.stringify(status([])))?.node).toBe('agent-1');
  expect([readStatus('{"format":"gridwarden-edge-status/2"}'), readStatus('[]'), readStatus('null')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
