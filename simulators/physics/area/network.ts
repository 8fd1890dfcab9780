/** A stretch of line from a node to the one before it, impedances in ohm of the whole stretch. */
export interface Section {
  /** Index of the section that feeds this one; −1 at the source. Sections come after the one that feeds them. */
  readonly parent: number;
  readonly phaseOhm: Impedance;
  /** Zero for a transformer's windings, whose star point is the network's. */
  readonly neutralOhm: Impedance;
}

export interface Impedance {
  readonly r: number;
  readonly x: number;
}

/** A load at the end of a section, on one phase, with a service line of its own (there and back) if it has any. */
export interface Point {
  readonly section: number;
  readonly phase: 0 | 1 | 2;
  readonly serviceOhm: Impedance;
}

/**
 * Phase and neutral impedance of a line that is given by sequence impedances: without mutual coupling outside the shared
 * neutral, Z1 = Zp and Z0 = Zp + 3·Zn.
 */
export function fromSequence(z1: Impedance, z0: Impedance): { phaseOhm: Impedance; neutralOhm: Impedance } {
  return { phaseOhm: z1, neutralOhm: { r: (z0.r - z1.r) / 3, x: (z0.x - z1.x) / 3 } };
}

/** A radial four-wire network laid out in columns for the sweep. */
export class Network {
  readonly sections: number;
  readonly points: number;
  readonly parent: Int32Array;
  readonly phaseR: Float64Array;
  readonly phaseX: Float64Array;
  readonly neutralR: Float64Array;
  readonly neutralX: Float64Array;
  readonly pointSection: Int32Array;
  readonly pointPhase: Uint8Array;
  readonly serviceR: Float64Array;
  readonly serviceX: Float64Array;

  /** @throws RangeError when a section comes before the one that feeds it */
  constructor(sections: readonly Section[], points: readonly Point[]) {
    if (sections.some(({ parent }, index) => parent >= index)) throw new RangeError('a section before its feeding one');
    this.sections = sections.length;
    this.points = points.length;
    this.parent = Int32Array.from(sections, ({ parent }) => parent);
    this.phaseR = Float64Array.from(sections, ({ phaseOhm }) => phaseOhm.r);
    this.phaseX = Float64Array.from(sections, ({ phaseOhm }) => phaseOhm.x);
    this.neutralR = Float64Array.from(sections, ({ neutralOhm }) => neutralOhm.r);
    this.neutralX = Float64Array.from(sections, ({ neutralOhm }) => neutralOhm.x);
    this.pointSection = Int32Array.from(points, ({ section }) => section);
    this.pointPhase = Uint8Array.from(points, ({ phase }) => phase);
    this.serviceR = Float64Array.from(points, ({ serviceOhm }) => serviceOhm.r);
    this.serviceX = Float64Array.from(points, ({ serviceOhm }) => serviceOhm.x);
  }
}
