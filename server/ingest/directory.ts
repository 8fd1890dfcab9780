import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { DEVICE_KINDS, type DeviceKind } from '../../edge/protocol/delivery.ts';
import type { AgentState, DeviceState } from '../live/live-state.ts';

export interface KnownAgent {
  readonly id: string;
  readonly epoch: string | undefined;
  readonly lastSeenMs: number;
}

export interface KnownDevice {
  readonly id: string;
  readonly agent: string;
  readonly model: string | undefined;
  readonly kind: DeviceKind;
  readonly serial: string | undefined;
  readonly lastSeenMs: number;
}

/** Nodes and devices that were ever born, in the state file; births are written together, some at a time. */
export class Directory {
  readonly #database: DatabaseSync;
  readonly #putAgent: StatementSync;
  readonly #putDevice: StatementSync;
  readonly #agents = new Map<string, AgentState>();
  readonly #devices = new Map<string, DeviceState>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#putAgent = database.prepare(
      `INSERT INTO agent (agent, epoch, first_seen_ms, last_seen_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT (agent) DO UPDATE SET epoch = excluded.epoch, last_seen_ms = excluded.last_seen_ms`,
    );
    this.#putDevice = database.prepare(
      `INSERT INTO device (device, agent, model, kind, serial, first_seen_ms, last_seen_ms) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (device) DO UPDATE SET agent = excluded.agent, model = excluded.model, kind = excluded.kind,
       serial = coalesce(excluded.serial, serial), last_seen_ms = excluded.last_seen_ms`,
    );
  }

  agents(): KnownAgent[] {
    return this.#database
      .prepare('SELECT * FROM agent')
      .all()
      .map((row) => ({
        id: String(row.agent),
        epoch: textOrNothing(row.epoch),
        lastSeenMs: Number(row.last_seen_ms),
      }));
  }

  devices(): KnownDevice[] {
    return this.#database
      .prepare('SELECT * FROM device')
      .all()
      .map((row) => ({
        id: String(row.device),
        agent: String(row.agent),
        model: textOrNothing(row.model),
        kind: DEVICE_KINDS.find((kind) => kind === row.kind) ?? 'device',
        serial: textOrNothing(row.serial),
        lastSeenMs: Number(row.last_seen_ms),
      }));
  }

  noteAgent(agent: AgentState): void {
    this.#agents.set(agent.id, agent);
  }

  noteDevice(device: DeviceState): void {
    this.#devices.set(device.id, device);
  }

  get hasUnsaved(): boolean {
    return this.#agents.size + this.#devices.size > 0;
  }

  /** Writes what was noted, as one transaction. Throws when the state cannot be written; nothing is forgotten then. */
  save(nowMs: number): void {
    if (!this.hasUnsaved) return;
    const now = Math.floor(nowMs);
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const agent of this.#agents.values()) this.#putAgent.run(agent.id, agent.epoch ?? null, now, now);
      for (const { id, agent, model, kind, serial } of this.#devices.values()) {
        this.#putDevice.run(id, agent, model ?? null, kind, serial ?? null, now, now);
      }
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
    this.#agents.clear();
    this.#devices.clear();
  }
}

function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
