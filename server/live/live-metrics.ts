import type { Metrics } from '../../edge/platform/metrics.ts';

/** Why the hub ended a connection by itself. */
export type CloseReason = 'dead' | 'bad_messages' | 'too_many_messages' | 'stopping';
/** Why a connection was not made. */
export type RefusalReason = 'path' | 'origin' | 'subprotocol' | 'clients' | 'stopping' | 'handshake';

/** What the live stream counts. */
export interface LiveMetrics {
  sent(bytes: number): void;
  skipped(): void;
  badMessage(): void;
  closing(reason: CloseReason): void;
  closed(code: number): void;
  refused(reason: RefusalReason): void;
}

export function liveMetrics(
  metrics: Metrics,
  read: { readonly clients: () => number; readonly subscriptions: () => number },
): LiveMetrics {
  metrics.gauge('live_clients', 'Connected live streams', [], read.clients);
  metrics.gauge('live_subscriptions', 'Subscriptions of all live streams', [], read.subscriptions);
  const frames = metrics.counter('live_messages_total', 'Messages sent on live streams');
  const bytes = metrics.counter('live_bytes_total', 'Bytes of messages sent on live streams');
  const skipped = metrics.counter('live_skipped_total', 'Messages that were due and that a slow client did not get');
  const bad = metrics.counter('live_bad_messages_total', 'Messages of clients that were not of the protocol');
  const closing = metrics.counter('live_ended_total', 'Live streams that the server ended, by reason', ['reason']);
  const closed = metrics.counter('live_closed_total', 'Live streams that ended, by close code', ['code']);
  const refused = metrics.counter('live_refused_total', 'Live streams that were refused, by reason', ['reason']);
  return {
    sent(count) {
      frames.inc();
      bytes.inc(count);
    },
    skipped: () => skipped.inc(),
    badMessage: () => bad.inc(),
    closing: (reason) => closing.inc({ reason }),
    closed: (code) => closed.inc({ code }),
    refused: (reason) => refused.inc({ reason }),
  };
}
