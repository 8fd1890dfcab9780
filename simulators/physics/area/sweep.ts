import type { Network } from './network.ts';

/** Largest change of a voltage in the last round, V: at it, power is balanced to some ten milliwatts. */
const TOLERANCE_V = 1e-5;
const MAX_ROUNDS = 60;

/**
 * Three-phase four-wire power flow of a radial network by backward/forward sweep (Shirmohammadi et al., IEEE Trans. Power
 * Systems 3(2), 1988; with neutral after Ciric et al., 18(4), 2003). Loads have constant power. Voltages are phase to
 * neutral at the same place: U(child) = U(parent) − Zp·I(phase) − Zn·(Ia + Ib + Ic). Each solution starts from the source,
 * so that it depends on its inputs alone.
 */
export class Sweep {
  readonly network: Network;
  /** Inputs: power of each point, W and var. */
  readonly activeW: Float64Array;
  readonly reactiveVar: Float64Array;
  /** Outputs: voltage at the end of each section (re, im for the phases a, b, c) and current through it. */
  readonly voltage: Float64Array;
  readonly current: Float64Array;
  /** Outputs: voltage at each point behind its service line, and its current (re, im). */
  readonly pointVoltage: Float64Array;
  readonly pointCurrent: Float64Array;

  constructor(network: Network) {
    this.network = network;
    this.activeW = new Float64Array(network.points);
    this.reactiveVar = new Float64Array(network.points);
    this.voltage = new Float64Array(network.sections * 6);
    this.current = new Float64Array(network.sections * 6);
    this.pointVoltage = new Float64Array(network.points * 2);
    this.pointCurrent = new Float64Array(network.points * 2);
  }

  /**
   * Solves for a source voltage (re, im of each phase, V). Returns the rounds it took.
   * @throws RangeError when the loads are more than the lines can carry
   */
  solve(source: ArrayLike<number>): number {
    this.#start(source);
    for (let round = 1; round <= MAX_ROUNDS; round++) {
      const changeV = this.#backward();
      if (Math.max(changeV, this.#forward(source)) < TOLERANCE_V) return round;
    }
    throw new RangeError('the power flow does not converge: the load is more than the lines can carry');
  }

  #start(source: ArrayLike<number>): void {
    for (let i = 0; i < this.voltage.length; i++) this.voltage[i] = source[i % 6] ?? 0;
    const { pointSection, pointPhase } = this.network;
    for (let point = 0; point < pointSection.length; point++) {
      const at = at6(pointSection, pointPhase, point);
      this.pointVoltage[2 * point] = this.voltage[at] ?? 0;
      this.pointVoltage[2 * point + 1] = this.voltage[at + 1] ?? 0;
    }
    this.pointCurrent.fill(0);
  }

  /** Currents from the voltages, summed towards the source. Returns the largest change of a point's voltage, V. */
  #backward(): number {
    const { network, current } = this;
    current.fill(0);
    const changeV = this.#pointCurrents();
    for (let section = network.sections - 1; section > 0; section--) {
      const parent = (network.parent[section] ?? -1) * 6;
      if (parent < 0) continue;
      const own = section * 6;
      for (let i = 0; i < 6; i++) current[parent + i] = (current[parent + i] ?? 0) + (current[own + i] ?? 0);
    }
    return changeV;
  }

  #pointCurrents(): number {
    const { network, voltage, current, pointVoltage, pointCurrent, activeW, reactiveVar } = this;
    const { pointSection, pointPhase, serviceR, serviceX } = network;
    let change = 0;
    for (let point = 0; point < pointSection.length; point++) {
      const at = at6(pointSection, pointPhase, point);
      const r = serviceR[point] ?? 0;
      const x = serviceX[point] ?? 0;
      const i0 = pointCurrent[2 * point] ?? 0;
      const j0 = pointCurrent[2 * point + 1] ?? 0;
      const u = (voltage[at] ?? 0) - r * i0 + x * j0;
      const v = (voltage[at + 1] ?? 0) - r * j0 - x * i0;
      change = Math.max(
        change,
        Math.abs(u - (pointVoltage[2 * point] ?? 0)),
        Math.abs(v - (pointVoltage[2 * point + 1] ?? 0)),
      );
      pointVoltage[2 * point] = u;
      pointVoltage[2 * point + 1] = v;
      // I = conj(S / U)
      const scale = 1 / (u * u + v * v);
      const p = activeW[point] ?? 0;
      const q = reactiveVar[point] ?? 0;
      const i1 = (p * u + q * v) * scale;
      const j1 = (p * v - q * u) * scale;
      pointCurrent[2 * point] = i1;
      pointCurrent[2 * point + 1] = j1;
      current[at] = (current[at] ?? 0) + i1;
      current[at + 1] = (current[at + 1] ?? 0) + j1;
    }
    return change;
  }

  /** Voltages from the currents, from the source on. Returns the largest change, V. */
  #forward(source: ArrayLike<number>): number {
    const { network, voltage, current } = this;
    let change = 0;
    for (let section = 0; section < network.sections; section++) {
      const own = section * 6;
      const parent = (network.parent[section] ?? -1) * 6;
      const zr = network.phaseR[section] ?? 0;
      const zx = network.phaseX[section] ?? 0;
      const nr = network.neutralR[section] ?? 0;
      const nx = network.neutralX[section] ?? 0;
      const in0 = (current[own] ?? 0) + (current[own + 2] ?? 0) + (current[own + 4] ?? 0);
      const jn0 = (current[own + 1] ?? 0) + (current[own + 3] ?? 0) + (current[own + 5] ?? 0);
      const dropU = nr * in0 - nx * jn0;
      const dropV = nr * jn0 + nx * in0;
      for (let k = 0; k < 6; k += 2) {
        const i = current[own + k] ?? 0;
        const j = current[own + k + 1] ?? 0;
        const u0 = (parent < 0 ? source[k] : voltage[parent + k]) ?? 0;
        const v0 = (parent < 0 ? source[k + 1] : voltage[parent + k + 1]) ?? 0;
        const u = u0 - zr * i + zx * j - dropU;
        const v = v0 - zr * j - zx * i - dropV;
        change = Math.max(change, Math.abs(u - (voltage[own + k] ?? 0)), Math.abs(v - (voltage[own + k + 1] ?? 0)));
        voltage[own + k] = u;
        voltage[own + k + 1] = v;
      }
    }
    return change;
  }

  /** Loss of a section in its phases and neutral, W. */
  sectionLossW(section: number): number {
    const { network, current } = this;
    const own = section * 6;
    let squares = 0;
    let re = 0;
    let im = 0;
    for (let k = 0; k < 6; k += 2) {
      const i = current[own + k] ?? 0;
      const j = current[own + k + 1] ?? 0;
      squares += i * i + j * j;
      re += i;
      im += j;
    }
    return squares * (network.phaseR[section] ?? 0) + (re * re + im * im) * (network.neutralR[section] ?? 0);
  }

  /** Loss of all sections from `first` on and of all service lines, W. */
  lineLossW(first = 0): number {
    let loss = 0;
    for (let section = first; section < this.network.sections; section++) loss += this.sectionLossW(section);
    for (let point = 0; point < this.network.points; point++) {
      const i = this.pointCurrent[2 * point] ?? 0;
      const j = this.pointCurrent[2 * point + 1] ?? 0;
      loss += (i * i + j * j) * (this.network.serviceR[point] ?? 0);
    }
    return loss;
  }

  /** Active power of a phase at the end of a section, W, by its voltage and current. */
  phaseW(section: number, phase: 0 | 1 | 2): number {
    const at = section * 6 + 2 * phase;
    return (
      (this.voltage[at] ?? 0) * (this.current[at] ?? 0) + (this.voltage[at + 1] ?? 0) * (this.current[at + 1] ?? 0)
    );
  }
}

function at6(sections: Int32Array, phases: Uint8Array, point: number): number {
  return (sections[point] ?? 0) * 6 + 2 * (phases[point] ?? 0);
}
