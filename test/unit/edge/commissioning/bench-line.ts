import type { Console } from '../../../../edge/commissioning/console.ts';
import { ProbeLine } from '../../../../edge/commissioning/probe-line.ts';
import { busConfigOf } from '../../../../edge/commissioning/where.ts';
import type { ReadRequest } from '../../../../edge/modbus/transport/transport.ts';
import { ManualProcessClock } from '../../../../edge/platform/clock.ts';
import { type FakeAnswer, FakeTransport } from '../../../support/fake-transport.ts';

/** A commissioning line on a fake transport whose time runs on by itself. */
export class BenchLine {
  readonly clock = new ManualProcessClock();
  readonly probe: ProbeLine;
  readonly transport: FakeTransport;
  readonly notes: string[] = [];
  readonly abort = new AbortController();

  constructor(answer: (request: ReadRequest) => FakeAnswer) {
    let made: FakeTransport | undefined;
    this.probe = new ProbeLine(busConfigOf({ host: 'fake' }), this.clock, (_config, clock, events) => {
      made = new FakeTransport(clock, events);
      return made;
    });
    if (made === undefined) throw new Error('the line has made no transport');
    this.transport = made;
    this.transport.answer = answer;
  }

  get console(): Console {
    return {
      print: () => undefined,
      note: (line) => this.notes.push(line),
      progress: () => undefined,
      width: 100,
      signal: this.abort.signal,
    };
  }

  /** Lets time pass until `work` has settled. */
  async run<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const done = () => (settled = true);
    work.then(done, done);
    while (!settled) {
      await new Promise(setImmediate);
      this.clock.advance(250);
    }
    return work;
  }
}
