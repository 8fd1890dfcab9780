import type { GridClock, Random } from '../../edge/platform/clock.ts';
import type { DeviceModel } from '../../edge/profiles/model.ts';
import { EXCEPTION } from '../modbus/frame.ts';
import type { Behaviour, SimulatedUnit, UnitAnswer } from '../modbus/gateway.ts';
import { LoadProfileImage } from '../modbus/load-profile-image.ts';
import { RegisterImage } from '../modbus/register-image.ts';
import type { DeviceFaultKind } from '../scenario/fault-kinds.ts';
import type { MeasuredDevice } from './meter.ts';

export interface SimulatedUnitSettings {
  readonly model: DeviceModel;
  readonly serial: string;
  readonly measured: MeasuredDevice;
  /** How the device misbehaves at a moment; undefined when it answers as it should. */
  readonly answering: (timeMs: number) => DeviceFaultKind | undefined;
  readonly gridClock: GridClock;
  readonly random: Random;
  /** What the device's own clock is ahead of UTC. */
  readonly utcOffsetMs: number;
}

const NORMAL: Behaviour = { kind: 'normal' };
const SILENT: Behaviour = { kind: 'silent' };
const CUT: Behaviour = { kind: 'cut' };
/** A slow device answers after this: longer than the usual time-out of one second. */
const SLOW_MS = 1500;
/** Server device failure. */
const FAILURE = 4;
const REFRESH_MS = 1000;

/** One simulated device behind a gateway: its model's registers, refreshed once a second, and its present fault. */
export class Unit implements SimulatedUnit {
  readonly #settings: SimulatedUnitSettings;
  readonly #image: RegisterImage;
  readonly #profile: LoadProfileImage | undefined;
  #refreshedMs = -1;

  constructor(settings: SimulatedUnitSettings) {
    this.#settings = settings;
    this.#image = new RegisterImage(settings.model, settings.serial);
    this.#profile = profileOf(settings);
  }

  behaviour(): Behaviour {
    const { answering, gridClock } = this.#settings;
    switch (answering(gridClock.nowMs())) {
      case undefined:
        return NORMAL;
      case 'silent':
        return SILENT;
      case 'slow':
        return { kind: 'slow', delayMs: SLOW_MS };
      case 'exception':
        return { kind: 'exception', code: FAILURE };
      case 'garbage':
        return { kind: 'garbage', bytes: () => this.#garbage() };
      case 'cut':
        return CUT;
    }
  }

  read(functionCode: number, address: number, count: number): UnitAnswer {
    const { gridClock, measured } = this.#settings;
    const kept = this.#profile?.read(functionCode, address, count);
    if (kept) return kept;
    const secondMs = Math.floor(gridClock.nowMs() / REFRESH_MS) * REFRESH_MS;
    if (secondMs !== this.#refreshedMs) {
      this.#refreshedMs = secondMs;
      measured.at(secondMs);
      this.#image.update((metric) => measured.valueOf(metric));
    }
    return this.#image.read(functionCode, address, count);
  }

  write(address: number, values: Buffer): number | undefined {
    return this.#profile ? this.#profile.write(address, values) : EXCEPTION.illegalFunction;
  }

  #garbage(): Buffer {
    const { random } = this.#settings;
    return Buffer.from(Array.from({ length: 5 + Math.floor(random() * 60) }, () => Math.floor(random() * 256)));
  }
}

function profileOf({ model, measured, gridClock, utcOffsetMs }: SimulatedUnitSettings): LoadProfileImage | undefined {
  if (!model.loadProfile || !measured.registerAt) return undefined;
  return new LoadProfileImage({
    profile: model.loadProfile,
    utcOffsetMs,
    nowMs: () => gridClock.nowMs(),
    registerAt: (metric, timeMs) => measured.registerAt?.(metric, timeMs),
  });
}
