import { expect } from 'vitest';
import { DATA_TYPES } from '../../../../edge/protocol/datatypes.ts';
import { integerOf, type MetricFields } from '../../../../edge/protocol/payload.ts';
import { decoded } from '../edge-recording.ts';
import {
  type Check,
  declared,
  metricOf,
  metricsOf,
  NO_ALIAS,
  of,
  present,
  properties,
  valuesOrNull,
} from './observe.ts';

/** What births and data say of metrics. */
export const METRICS_CHECKS: readonly Check[] = [
  {
    ids: ['tck-id-topics-nbirth-metrics', 'tck-id-operational-behavior-data-publish-nbirth-values'],
    what: 'every metric of NBIRTH has name, type, and a value or is_null',
    verify: (recording) => {
      const births = of(recording, 'NBIRTH');
      valuesOrNull(births);
      for (const metric of metricsOf(births))
        expect([present(metric, 'name'), present(metric, 'datatype')]).toEqual([true, true]);
    },
  },
  {
    ids: ['tck-id-topics-dbirth-metrics', 'tck-id-operational-behavior-data-publish-dbirth-values'],
    what: 'every metric of DBIRTH has name, type, and its current value or is_null',
    verify: (recording) => {
      const births = of(recording, 'DBIRTH');
      valuesOrNull(births);
      for (const metric of metricsOf(births))
        expect([present(metric, 'name'), present(metric, 'datatype')]).toEqual([true, true]);
      const first = births.find(({ device }) => device === 'M-1');
      expect(first && metricOf(first, 'voltage_a').doubleValue).toBe(230.5);
    },
  },
  {
    ids: ['tck-id-topics-nbirth-metric-reqs', 'tck-id-operational-behavior-data-publish-nbirth'],
    what: 'NDATA only has metrics that NBIRTH declared',
    verify: (recording) => declared(recording, 'NBIRTH', 'NDATA'),
  },
  {
    ids: ['tck-id-topics-dbirth-metric-reqs', 'tck-id-operational-behavior-data-publish-dbirth'],
    what: 'DDATA only has metrics that DBIRTH declared',
    verify: (recording) => declared(recording, 'DBIRTH', 'DDATA'),
  },
  {
    ids: ['tck-id-topics-ndata-payload', 'tck-id-operational-behavior-data-publish-nbirth-change'],
    what: 'NDATA has the metrics that changed, and no others',
    verify: (recording) => {
      const told = new Map<string, unknown>();
      const contentOf = (metric: MetricFields) =>
        JSON.stringify([
          metric.isNull ?? false,
          metric.intValue,
          metric.longValue,
          metric.doubleValue,
          metric.stringValue,
        ]);
      for (const { type, payload, connection } of of(recording, 'NBIRTH', 'NDATA')) {
        for (const metric of payload.metrics) {
          const key = `${connection} ${integerOf(metric.alias ?? undefined)}`;
          if (type === 'NDATA') expect(contentOf(metric)).not.toBe(told.get(key));
          told.set(key, contentOf(metric));
        }
      }
    },
  },
  {
    ids: ['tck-id-topics-ddata-payload'],
    what: 'DDATA has every metric of the read',
    verify: (recording) => {
      const [first] = of(recording, 'DDATA').filter(({ device }) => device === 'M-1');
      expect(first?.payload.metrics.length).toBe(1 + 4);
    },
  },
  {
    ids: ['tck-id-payloads-name-requirement', 'tck-id-payloads-alias-birth-requirement'],
    what: 'metrics of births have name and alias, but the rebirth command, which has none',
    verify: (recording) => {
      for (const metric of metricsOf(of(recording, 'NBIRTH', 'DBIRTH'))) {
        expect(present(metric, 'name')).toBe(true);
        expect([metric.name, present(metric, 'alias')]).toEqual([metric.name, metric.name !== NO_ALIAS]);
      }
    },
  },
  {
    ids: ['tck-id-payloads-alias-data-cmd-requirement'],
    what: 'metrics of data have an alias and no name',
    verify: (recording) => {
      for (const metric of metricsOf(of(recording, 'NDATA', 'DDATA'))) {
        expect([present(metric, 'alias'), present(metric, 'name')]).toEqual([true, false]);
      }
    },
  },
  {
    ids: ['tck-id-payloads-alias-uniqueness'],
    what: 'no alias stands for two metrics of the node or its devices',
    verify: (recording) => {
      const owners = new Map<number, string>();
      for (const message of of(recording, 'NBIRTH', 'DBIRTH')) {
        for (const metric of message.payload.metrics) {
          if (!present(metric, 'alias')) continue;
          const alias = integerOf(metric.alias);
          const owner = `${message.device} ${metric.name}`;
          expect(owners.get(alias) ?? owner).toBe(owner);
          owners.set(alias, owner);
        }
      }
    },
  },
  {
    ids: [
      'tck-id-payloads-name-birth-data-requirement',
      'tck-id-payloads-metric-timestamp-in-UTC',
      'tck-id-payloads-timestamp-in-UTC',
    ],
    what: 'every metric of births and data has a time, in UTC milliseconds and not ahead of its message',
    verify: (recording) => {
      for (const { payload, atMs } of of(recording, 'NBIRTH', 'DBIRTH', 'NDATA', 'DDATA')) {
        for (const metric of payload.metrics) {
          expect(present(metric, 'timestamp')).toBe(true);
          expect(integerOf(metric.timestamp)).toBeGreaterThanOrEqual(recording.startMs);
          expect(integerOf(metric.timestamp)).toBeLessThanOrEqual(atMs);
        }
      }
    },
  },
  {
    ids: [
      'tck-id-payloads-metric-datatype-value-type',
      'tck-id-payloads-metric-datatype-value',
      'tck-id-payloads-metric-datatype-req',
    ],
    what: 'every metric of a birth has one of the enumerated types',
    verify: (recording) => {
      const codes: readonly number[] = Object.values(DATA_TYPES).filter((code) => code > 0);
      for (const { datatype } of metricsOf(of(recording, 'NBIRTH', 'DBIRTH'))) expect(codes).toContain(datatype);
    },
  },
  {
    ids: ['tck-id-payloads-metric-datatype-not-req'],
    what: 'metrics of data leave the type out',
    verify: (recording) => {
      for (const metric of metricsOf(of(recording, 'NDATA', 'DDATA'))) expect(present(metric, 'datatype')).toBe(false);
    },
  },
  {
    ids: ['tck-id-case-sensitivity-metric-names'],
    what: 'no two metric names of a birth differ by case only',
    verify: (recording) => {
      for (const { payload } of of(recording, 'NBIRTH', 'DBIRTH')) {
        const names = payload.metrics.map(({ name }) => name?.toLowerCase());
        expect(new Set(names).size).toBe(names.length);
      }
    },
  },
  {
    ids: ['tck-id-payloads-propertyset-keys-array-size', 'tck-id-payloads-propertyset-values-array-size'],
    what: 'property sets have as many keys as values',
    verify: (recording) => {
      for (const { properties: set } of metricsOf(recording.sent)) expect(set?.keys?.length).toBe(set?.values?.length);
      properties(recording);
    },
  },
  {
    ids: [
      'tck-id-payloads-metric-propertyvalue-type-type',
      'tck-id-payloads-metric-propertyvalue-type-value',
      'tck-id-payloads-metric-propertyvalue-type-req',
    ],
    what: 'every property value has one of the enumerated types',
    verify: (recording) => {
      const codes: readonly number[] = Object.values(DATA_TYPES).filter(
        (code) => code > 0 && code <= DATA_TYPES.PropertySetList,
      );
      for (const { type } of properties(recording)) expect(codes).toContain(type);
    },
  },
  {
    ids: ['tck-id-payloads-propertyset-quality-value-type', 'tck-id-payloads-propertyset-quality-value-value'],
    what: 'quality is an Int32 of 0, 192 or 500',
    verify: (recording) => {
      const qualities = properties(recording).filter(({ key }) => key === 'Quality');
      for (const { type, intValue } of qualities) {
        expect([type, [0, 192, 500].includes(intValue ?? -1)]).toEqual([3, true]);
      }
      expect(new Set(qualities.map(({ intValue }) => intValue))).toEqual(new Set([0, 192]));
    },
  },
  {
    ids: [
      'tck-id-message-flow-edge-node-birth-publish-nbirth-payload',
      'tck-id-message-flow-device-birth-publish-dbirth-payload',
    ],
    what: 'births are Sparkplug protobuf payloads',
    verify: (recording) => {
      for (const { bytes } of of(recording, 'NBIRTH', 'DBIRTH'))
        expect(decoded(bytes).metrics.length).toBeGreaterThan(0);
    },
  },
];
