import { beforeEach, expect, it } from 'vitest';
import { newBusStats, StatsExport } from '../../../../edge/modbus/stats.ts';
import { Metrics } from '../../../../edge/platform/metrics.ts';

let metrics: Metrics;
let exported: StatsExport;

beforeEach(() => {
  metrics = new Metrics();
  exported = new StatsExport(metrics);
});

async function lines(word: string): Promise<string[]> {
  return (await metrics.text()).split('\n').filter((line) => line.startsWith(`gridwarden_modbus_${word}`));
}

it('durations of reads are told with what is carried next, each once', async () => {
  for (const ms of [0.4, 3, 4, 7000]) exported.observeRead(ms);
  exported.carry('gw1', newBusStats());
  exported.carry('gw2', newBusStats());
  const told = await lines('read_seconds');
  expect(told).toContain('gridwarden_modbus_read_seconds_bucket{le="0.001"} 1');
  expect(told).toContain('gridwarden_modbus_read_seconds_bucket{le="0.005"} 3');
  expect(told).toContain('gridwarden_modbus_read_seconds_bucket{le="+Inf"} 4');
  expect(told).toContain('gridwarden_modbus_read_seconds_sum 7.0074');
});

it('however many reads end in between, none is lost', async () => {
  for (let read = 0; read < 3000; read++) exported.observeRead(1);
  exported.carry('gw1', newBusStats());
  expect(await lines('read_seconds_count')).toEqual(['gridwarden_modbus_read_seconds_count 3000']);
});

it('counters are carried over as far as they grew, and once more when their bus ends', async () => {
  const stats = newBusStats();
  stats.requests = 5;
  exported.carry('gw1', stats);
  stats.requests = 7;
  stats.timeouts = 1;
  exported.finish('gw1', stats);
  expect(await lines('requests_total')).toEqual(['gridwarden_modbus_requests_total{bus="gw1"} 7']);
  expect(await lines('failures_total')).toEqual(['gridwarden_modbus_failures_total{bus="gw1",reason="timeout"} 1']);
});
