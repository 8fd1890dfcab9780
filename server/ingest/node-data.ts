import { DELIVERY, parseClose, parseTombstones } from '../../edge/protocol/delivery.ts';
import type { IngestContext } from './context.ts';
import { recordNumberOf, textOf } from './metric-value.ts';
import type { NodeBirths } from './node-births.ts';
import type { PayloadWalker, WireMetric } from './payload-walker.ts';
import type { NodeSession } from './sessions.ts';

/** Data of a node itself: its own metrics, and what it says of its records (given up, closed, how far taken). */
export class NodeData {
  readonly #context: IngestContext;
  readonly #births: NodeBirths;
  readonly #walker: PayloadWalker;

  constructor(context: IngestContext, births: NodeBirths, walker: PayloadWalker) {
    this.#context = context;
    this.#births = births;
    this.#walker = walker;
  }

  /**
   * True when a metric could not be placed and the node's birth is needed.
   * @throws RangeError | Error when the bytes break off
   */
  read(node: NodeSession, topic: string, payload: Buffer, payloadMs: number): boolean {
    let needsBirth = false;
    this.#walker.walk(payload, (metric) => {
      const binding = node.bindings.find(metric);
      if (!binding) {
        needsBirth = true;
        const isAlias = metric.name === undefined;
        const what = isAlias ? `alias ${metric.alias}` : metric.name;
        this.#context.problems.note(
          isAlias ? 'unknown_alias' : 'unknown_metric',
          topic,
          `${what} was not in the birth`,
        );
        return;
      }
      if (node.stream && binding.name.startsWith('Delivery/')) this.#delivery(node, topic, binding.name, metric);
      else if (!metric.isHistorical) this.#births.setNodeMetric(node, binding, metric, payloadMs);
    });
    return needsBirth;
  }

  #delivery(node: NodeSession, topic: string, name: string, metric: WireMetric): void {
    if (metric.isNull) return;
    if (name === DELIVERY.last) node.stream?.received.knownUpTo(recordNumberOf(metric) ?? 0);
    else if (name === DELIVERY.tombstones) this.#tombstones(node, topic, textOf(metric));
    else if (name === DELIVERY.close) this.#close(node, topic, textOf(metric));
  }

  #tombstones(node: NodeSession, topic: string, text: string | undefined): void {
    if (text === undefined || text === '') return;
    const { ledger, acks, problems } = this.#context;
    const tombstones = parseTombstones(text);
    if (!tombstones) {
      problems.note('delivery', topic, `${DELIVERY.tombstones} cannot be read`);
      return;
    }
    for (const tombstone of tombstones) {
      if (!ledger.known(node.id, tombstone.epoch) && this.#acknowledgedClosed(node, tombstone.epoch)) continue;
      const stream = ledger.tombstone(node.id, tombstone);
      if (stream) acks.request(stream);
    }
  }

  #close(node: NodeSession, topic: string, text: string | undefined): void {
    if (text === undefined || text === '') return;
    const close = parseClose(text);
    if (!close) {
      this.#context.problems.note('delivery', topic, `${DELIVERY.close} cannot be read`);
      return;
    }
    if (close.epoch === node.stream?.id.epoch) {
      this.#context.problems.note('delivery', topic, 'the epoch of the running session cannot be closed');
      return;
    }
    if (this.#acknowledgedClosed(node, close.epoch)) return;
    const stream = this.#context.ledger.close(node.id, close.epoch, close.lastN);
    if (stream) this.#context.acks.request(stream);
  }

  /** An epoch that is settled and forgotten: it is only acknowledged again. */
  #acknowledgedClosed(node: NodeSession, epoch: string): boolean {
    const lastN = this.#context.ledger.closedLastN(node.id, epoch);
    if (lastN === undefined) return false;
    this.#context.acks.requestClosed(node.id, epoch, lastN);
    return true;
  }
}
