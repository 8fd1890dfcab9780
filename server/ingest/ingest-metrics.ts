import type { Counter } from 'prom-client';
import type { Metrics } from '../../edge/platform/metrics.ts';
import { MESSAGE_TYPES } from '../../edge/protocol/topics.ts';

const LAG_SECONDS = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300];
const COMMIT_SECONDS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

/** The counters of the host application, each looked up once. */
export class IngestMetrics {
  readonly messages: ReadonlyMap<string, Counter.Internal>;
  readonly values;
  readonly records;
  readonly stored;
  readonly rejected;
  readonly explained;
  /**
   * By agent and reason only: labels of devices and metrics would be without bound. By those it stands in the API, at
   * `/agents/{id}/explanations` and `/devices/{id}/losses`.
   */
  readonly lost;
  readonly foldedExplanations;
  readonly foldedLosses;
  readonly duplicates;
  readonly conflicts;
  readonly historical;
  readonly rebirths;
  readonly acknowledgements;
  readonly notTaken;
  readonly lag;
  readonly commit;

  constructor(metrics: Metrics) {
    const messages = metrics.counter('ingest_messages_total', 'Sparkplug messages received', ['type']);
    this.messages = new Map([...MESSAGE_TYPES, 'STATE'].map((type) => [type, messages.labels(type)]));
    this.values = metrics.counter('ingest_values_total', 'Values of devices received in data messages');
    this.records = metrics.counter('ingest_records_total', 'Numbered records taken over for the store');
    this.stored = metrics.counter('ingest_stored_values_total', 'Values that the store has durably');
    this.rejected = metrics.counter(
      'ingest_rejected_values_total',
      'Values that the store refused and that are set aside',
    );
    this.explained = metrics.counter(
      'ingest_explained_records_total',
      'Records that will not come, by agent and reason',
      ['agent', 'reason'],
    );
    this.lost = metrics.counter(
      'ingest_lost_values_total',
      'Values that went with records that will not come, as far as agents counted them, by agent and reason',
      ['agent', 'reason'],
    );
    this.foldedExplanations = metrics.counter(
      'ingest_folded_explanations_total',
      'Explanations that are only counted from then on, because they were too old or too many',
      ['agent'],
    );
    this.foldedLosses = metrics.counter(
      'ingest_folded_device_losses_total',
      'Losses of devices that are only counted for their agent from then on, because they were too old or too many',
      ['agent'],
    );
    this.duplicates = metrics.counter('ingest_duplicates_total', 'Records received again');
    this.conflicts = metrics.counter('ingest_conflicts_total', 'Records kept apart because of their time');
    this.historical = metrics.counter('ingest_historical_records_total', 'Records of a backlog or a repeat');
    this.rebirths = metrics.counter('ingest_rebirth_requests_total', 'Rebirths asked for');
    this.acknowledgements = metrics.counter('ingest_acknowledgements_total', 'Acknowledgements sent');
    this.notTaken = metrics.counter(
      'ingest_not_taken_values_total',
      'Values not taken over because too many wait for the store',
    );
    this.lag = metrics.histogram('ingest_lag_seconds', 'From reading to receipt, live records', LAG_SECONDS);
    this.commit = metrics.histogram('ingest_commit_seconds', 'Duration of a commit', COMMIT_SECONDS);
  }
}
