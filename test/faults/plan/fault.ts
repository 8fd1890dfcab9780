/** What can be done to a running system. */
export const FAULT_KINDS = [
  /** kill -9 of a process, started again after a while. */
  'kill',
  /** SIGSTOP for a while. */
  'freeze',
  /** Every connection of a link ends; new ones are refused for a while. */
  'cut',
  /** Nothing passes a link any more, and nobody is told. */
  'black_hole',
  /** The edge is killed and its outbox file cut short at a random place before it starts again. */
  'torn_outbox',
  /** The same while the edge has no broker, so that the outbox holds what nobody else knows. */
  'torn_backlog',
  /** The file system of an edge's outbox has no room. */
  'disk_full',
  /** The wall clock of an edge steps and, after a while, steps back. */
  'clock_step',
  /** The store answers every write with 429. */
  'store_busy',
  /** The store answers every write with 503. */
  'store_down',
  /** The store answers 400 to every write that holds one particular line. */
  'line_refused',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A process or a link of the system under test. */
export type Target = string;

export interface PlannedFault {
  /** From the start of the faults. */
  readonly atMs: number;
  readonly kind: FaultKind;
  readonly target: Target;
  /** How long it lasts; for a kill: how long the process stays down. */
  readonly forMs: number;
  /** Uniform in [0, 1): what else the kind leaves open (where a file is cut, how far a clock steps). */
  readonly choice: number;
}

/** What may be broken, in which way. */
export interface Stage {
  readonly processes: readonly Target[];
  readonly links: readonly Target[];
  /** Other faults, each with the targets that this machine and this system allow it on. */
  readonly others: Readonly<Partial<Record<FaultKind, readonly Target[]>>>;
}

/** Shortest and longest duration of a fault, ms; what lies between is drawn evenly on a logarithmic scale. */
export type Span = readonly [shortestMs: number, longestMs: number];
