import type { GridClock, ProcessClock } from '../platform/clock.ts';
import type { Bus } from './bus.ts';
import { phaseOf } from './deadlines.ts';
import type { BusDevice } from './device.ts';
import { phaseMs, SLOT_MS } from './phase.ts';
import { type DueJob, Timetable } from './timetable.ts';

export interface ScheduleOptions {
  readonly gridClock: GridClock;
  readonly processClock: ProcessClock;
  readonly clockGeneration: () => number;
}

interface Entry {
  readonly place: number;
  readonly jobs: ReadonlySet<DueJob>;
}

/**
 * Every deadline of every device. Each bus has a place, from 0, which with the number of its devices says where in their
 * periods its deadlines lie: a bus that stays keeps its place, and so its deadlines, whatever comes and goes beside it.
 */
export class Schedule {
  readonly #timetable: Timetable;
  readonly #slotMs: number;
  readonly #entries = new Map<Bus, Entry>();
  /** Buses for which something fell due in the running slot; they go on when all its deadlines are told. */
  readonly #touched = new Set<Bus>();

  constructor(options: ScheduleOptions) {
    this.#slotMs = SLOT_MS * options.gridClock.speed;
    this.#timetable = new Timetable({
      ...options,
      onSlotEnd: () => {
        for (const bus of this.#touched) bus.pump();
        this.#touched.clear();
      },
    });
  }

  start(): void {
    this.#timetable.start();
  }

  stop(): void {
    this.#timetable.stop();
  }

  /** Adds all deadlines of a bus, at the lowest place that is free. */
  add(bus: Bus): void {
    const place = this.#freePlace();
    const jobs = bus.devices.flatMap((device, index) => this.#jobsOf(bus, place, device, index));
    for (const job of jobs) this.#timetable.add(job);
    this.#entries.set(bus, { place, jobs: new Set(jobs) });
  }

  /** Takes the deadlines of some buses out. */
  remove(buses: readonly Bus[]): void {
    this.#timetable.remove(new Set(buses.flatMap((bus) => [...(this.#entries.get(bus)?.jobs ?? [])])));
    for (const bus of buses) {
      this.#entries.delete(bus);
      this.#touched.delete(bus);
    }
  }

  #freePlace(): number {
    const taken = new Set(Array.from(this.#entries.values(), ({ place }) => place));
    let place = 0;
    while (taken.has(place)) place += 1;
    return place;
  }

  #jobsOf(bus: Bus, busIndex: number, device: BusDevice, index: number): DueJob[] {
    const { length: devices } = bus.devices;
    const phaseIn = (periodMs: number) => phaseMs({ index, devices, busIndex, periodMs, slotMs: this.#slotMs });
    const { fast, registers } = device.intervalsMs;
    const jobs: DueJob[] = [];
    if (fast !== undefined && device.fast) {
      device.fastPhaseMs = phaseIn(fast);
      jobs.push({
        periodMs: fast,
        phaseMs: device.fastPhaseMs,
        onDue: (dueMs, skipped) => {
          bus.fastDue(device, dueMs, skipped);
          this.#touched.add(bus);
        },
      });
    }
    if (registers !== undefined && device.registers) {
      jobs.push({
        periodMs: registers,
        phaseMs: phaseOf(device, 'registers', phaseIn(registers)),
        onDue: (dueMs, skipped) => {
          bus.registersDue(device, dueMs, skipped);
          this.#touched.add(bus);
        },
      });
    }
    return jobs;
  }
}
