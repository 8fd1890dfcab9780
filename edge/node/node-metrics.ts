import type { Metrics } from '../platform/metrics.ts';

export type NodeMetrics = ReturnType<typeof nodeMetrics>;

/** The Sparkplug node's figures for Prometheus. */
export function nodeMetrics(metrics: Metrics) {
  return {
    connected: metrics.gauge('edge_broker_connected', '1 while the edge has a connection to a broker'),
    connectFailures: metrics.counter('edge_broker_connect_failures_total', 'Connections that could not be opened'),
    malformed: metrics.counter('edge_malformed_messages_total', 'Messages to this edge that could not be read'),
    refused: metrics.counter('edge_commands_refused_total', 'Commands to this edge that it does not follow', ['code']),
    births: metrics.counter('edge_births_total', 'Node births published'),
    published: metrics.counter('edge_records_published_total', 'Records published', ['kind']),
    acknowledged: metrics.counter('edge_records_acknowledged_total', 'Records that the primary host has settled'),
    givenUp: metrics.counter('edge_records_given_up_total', 'Records that became tombstones', ['reason']),
  };
}
