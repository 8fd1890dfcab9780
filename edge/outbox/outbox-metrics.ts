import type { Metrics } from '../platform/metrics.ts';

export type OutboxMetrics = ReturnType<typeof outboxMetrics>;

/** The outbox's figures for Prometheus. */
export function outboxMetrics(metrics: Metrics) {
  return {
    taken: metrics.counter('edge_records_taken_total', 'Records that the outbox has taken since the start'),
    refused: metrics.counter('edge_records_refused_total', 'Reads that were not taken: memory limit or unknown layout'),
    lostValues: metrics.counter(
      'edge_values_given_up_total',
      'Values of records that became tombstones, by device and metric; only what was given up has an entry',
      ['device', 'metric', 'reason'],
    ),
    bytes: metrics.gauge('edge_outbox_bytes', 'Bytes of the outbox file that hold something'),
    unprotected: metrics.gauge('edge_outbox_unprotected_records', 'Records that wait in memory only'),
    commitSeconds: metrics.histogram(
      'edge_outbox_commit_seconds',
      'Time from the start of a group commit to its end',
      [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5],
    ),
  };
}
