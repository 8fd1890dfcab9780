import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The process's metrics for Prometheus; every part takes this and makes its own counters once, at start. */
export class Metrics {
  readonly registry = new Registry();

  /** Node's own figures (memory, event loop, CPU). */
  collectProcessMetrics(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  counter<const L extends string = never>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> {
    return new Counter({ name: `gridwarden_${name}`, help, labelNames: [...labelNames], registers: [this.registry] });
  }

  /** A gauge; with `read` its value is taken when Prometheus asks, which costs nothing in between. */
  gauge<const L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    read?: () => number,
  ): Gauge<L> {
    const base = { name: `gridwarden_${name}`, help, labelNames: [...labelNames], registers: [this.registry] };
    if (!read) return new Gauge(base);
    return new Gauge({
      ...base,
      collect() {
        this.set(read());
      },
    });
  }

  histogram<const L extends string = never>(
    name: string,
    help: string,
    buckets: readonly number[],
    labelNames: readonly L[] = [],
  ): Histogram<L> {
    return new Histogram({
      name: `gridwarden_${name}`,
      help,
      buckets: [...buckets],
      labelNames: [...labelNames],
      registers: [this.registry],
    });
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }
}
