/** Units that a maker's document may use, as factors to the unit of the quantity catalogue. */
const FACTORS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  V: { V: 1, mV: 1e-3, kV: 1e3 },
  A: { A: 1, mA: 1e-3, kA: 1e3 },
  kW: { W: 1e-3, kW: 1, MW: 1e3 },
  kvar: { var: 1e-3, kvar: 1, Mvar: 1e3 },
  kVA: { VA: 1e-3, kVA: 1, MVA: 1e3 },
  kWh: { Wh: 1e-3, kWh: 1, MWh: 1e3 },
  kvarh: { varh: 1e-3, kvarh: 1, Mvarh: 1e3 },
  kVAh: { VAh: 1e-3, kVAh: 1, MVAh: 1e3 },
  Hz: { Hz: 1, mHz: 1e-3 },
  '%': { '%': 1 },
  '°C': { '°C': 1 },
  ppm: { ppm: 1 },
  '': { '': 1 },
};

/** What a number in `unit` is multiplied by to be in `catalogueUnit`; undefined when they do not convert. */
export function unitFactor(unit: string, catalogueUnit: string): number | undefined {
  return FACTORS[catalogueUnit]?.[unit];
}

/** The units that convert to a catalogue unit. */
export function unitsFor(catalogueUnit: string): string[] {
  return Object.keys(FACTORS[catalogueUnit] ?? {});
}
