import { findInfluxd, findMosquitto } from '../../parts/find.ts';
import { BROKERS, type BrokerKind, type Pairing, STORES, type StoreKind } from '../system/layout.ts';

/** Why a part cannot be tried on this machine; undefined when it can. */
function whyNot(kind: BrokerKind | StoreKind): string | undefined {
  if (kind === 'mosquitto') {
    const mosquitto = findMosquitto();
    return mosquitto.found ? undefined : mosquitto.reason;
  }
  if (kind !== 'influxdb') return undefined;
  const influxd = findInfluxd();
  if (!influxd.found) return influxd.reason;
  return influxd.part.kind === 'running' ? 'one that was running before cannot be killed' : undefined;
}

/** The pairings asked for that this machine has the parts for; says which it has not. */
export function availablePairings(
  wanted: { readonly broker: BrokerKind | 'all'; readonly store: StoreKind | 'all' },
  say: (line: string) => void,
): Pairing[] {
  const isThere = (kind: BrokerKind | StoreKind) => {
    const reason = whyNot(kind);
    if (reason !== undefined) say(`not tried: ${kind}: ${reason}`);
    return reason === undefined;
  };
  const brokers = BROKERS.filter((kind) => wanted.broker === 'all' || kind === wanted.broker).filter(isThere);
  const stores = STORES.filter((kind) => wanted.store === 'all' || kind === wanted.store).filter(isThere);
  return brokers.flatMap((broker) => stores.map((store) => ({ broker, store })));
}
