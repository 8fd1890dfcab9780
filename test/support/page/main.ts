/**
 * The page on a made-up district, to be looked at while it is worked on:
 *
 *     node test/support/page/main.ts [port] [devices]
 */
import { alertOf } from './alerts.ts';
import { explain, explainedOf, refuse } from './explained.ts';
import { startPageServer } from './server.ts';

const [port = '8090', devices = '300'] = process.argv.slice(2);
const server = await startPageServer({ port: Number(port), devices: Number(devices), agents: 4, readEveryMs: 1000 });
const nowMs = Date.now();
server.district.silence('M-00002', 'silent');
server.district.setDevicePresence('M-00010', 'offline');
server.district.setDevicePresence('M-00011', 'stale');
server.store.gaps.push({ device: 'M-00006', fromMs: nowMs - 1_500_000, toMs: nowMs - 900_000 });
server.alerts.raise(
  alertOf({
    id: 'a1',
    subject: 'T-00026',
    metric: 'temperature_1',
    severity: 'critical',
    text: { en: 'Temperature input 1 above 95.0 °C', zh: '温度输入1高于 95.0 °C' },
    value: 97.4,
    limit: 95,
    unit: '°C',
    raisedMs: nowMs - 420_000,
  }),
);
server.alerts.raise(
  alertOf({
    id: 'a2',
    subject: 'M-00006',
    metric: 'voltage_a',
    severity: 'high',
    text: { en: 'Voltage phase A below 198 V', zh: 'A相电压低于 198 V' },
    value: 196.2,
    limit: 198,
    unit: 'V',
    raisedMs: nowMs - 95_000,
  }),
);
server.alerts.raise(
  alertOf({
    id: 'a3',
    subject: 'M-00002',
    severity: 'medium',
    text: { en: 'No answer from the device', zh: '设备无应答' },
    raisedMs: nowMs - 12_000,
  }),
);
server.alerts.raise(
  alertOf({
    id: 'a4',
    subject: 'M-00011',
    severity: 'low',
    text: { en: 'Values are stale', zh: '数据过期' },
    raisedMs: nowMs - 3_600_000,
  }),
);
server.alerts.clear('a4', nowMs - 600_000);
explain(server.district, 'east/agent-1', [
  explainedOf({
    reason: 'outbox_full',
    range: [2401, 9720],
    devices: ['M-00002', 'M-00003', 'M-00004', 'M-00005', 'M-00006', 'M-00007'],
    fromMs: nowMs - 9_000_000,
    toMs: nowMs - 7_200_000,
    explainedMs: nowMs - 7_100_000,
    losses: {
      groups: [
        {
          metrics: ['voltage_a', 'current_a', 'active_power'],
          devices: [
            ['M-00002', 1800],
            ['M-00003', 1790],
          ],
        },
        { metrics: ['energy_import'], devices: [['M-00002', 2]] },
      ],
      otherRecords: 0,
      otherValues: 0,
    },
  }),
  explainedOf({ reason: 'lost', range: [1, 12], explainedMs: nowMs - 86_400_000 }),
]);
refuse(server.district, 'east/agent-1', [
  { device: 'M-00002', metric: 'active_power', timeMs: nowMs - 5000, value: 1.25, reason: 'field type conflict' },
]);
process.stdout.write(`the page is at ${server.url}\n`);
process.once('SIGINT', () => void server.close()).once('SIGTERM', () => void server.close());
