import type { Problem } from '../platform/schema-errors.ts';
import { isMetricName, type MetricName, QUANTITIES } from '../protocol/quantities.ts';
import type { LoadProfileFile } from './load-profile-schema.ts';
import type { ModelFile } from './schema.ts';
import { unitFactor, unitsFor } from './units.ts';

/** What a channel of a load profile may hold. */
export interface ProfileQuantity {
  readonly metric: MetricName;
  /** The six bytes of its OBIS code as two hexadecimal digits each. */
  readonly obis: string;
  /** An entry's value × 10^scaler times this is in the catalogue's unit. */
  readonly factor: number;
}

/** A model's load profile: where it lies is as its file says it. */
export interface LoadProfile extends Omit<LoadProfileFile, 'quantities'> {
  readonly quantities: readonly ProfileQuantity[];
}

/** The load profile of a file that has passed `lintLoadProfile`. */
export function resolveLoadProfile(file: LoadProfileFile): LoadProfile {
  const quantities = Object.entries(file.quantities).flatMap(([metric, { obis, unit }]): ProfileQuantity[] => {
    if (!isMetricName(metric)) return [];
    const factor = unitFactor(unit, QUANTITIES[metric].unit) ?? Number.NaN;
    return [{ metric, obis: Buffer.from(obis.split('.').map(Number)).toString('hex'), factor }];
  });
  return { ...file, quantities };
}

/** What a schema cannot say of a load profile. */
export function lintLoadProfile(model: ModelFile): Problem[] {
  const profile = model.loadProfile;
  if (!profile) return [];
  return [...lintQuantities(profile, model), ...lintWindows(profile), ...lintWrites(profile, model)];
}

function lintQuantities(profile: LoadProfileFile, model: ModelFile): Problem[] {
  const codes = new Set<string>();
  return Object.entries(profile.quantities).flatMap(([metric, { obis, unit }]): Problem[] => {
    const path = ['loadProfile', 'quantities', metric];
    if (!isMetricName(metric) || model.registers[metric] === undefined)
      return [{ path, message: 'is not one of the registers of this model' }];
    if (QUANTITIES[metric].kind !== 'register') return [{ path, message: 'is not a counter; only counters fill gaps' }];
    if (codes.has(obis)) return [{ path, message: `has the OBIS code ${obis}, as another quantity has` }];
    codes.add(obis);
    if (obis.split('.').some((part) => Number(part) > 255))
      return [{ path, message: `has the OBIS code ${obis}; each part is at most 255` }];
    if (unitFactor(unit, QUANTITIES[metric].unit) !== undefined) return [];
    const allowed = unitsFor(QUANTITIES[metric].unit).join(', ');
    return [{ path, message: `has the unit "${unit}"; allowed: ${allowed}` }];
  });
}

/** Every field lies inside its window, and a window is one read. */
function lintWindows({ information, entries }: LoadProfileFile): Problem[] {
  const problems: Problem[] = [];
  const inside = (part: string, name: string, last: number, size: number) => {
    if (last > size) problems.push({ path: ['loadProfile', part, name], message: `ends beyond the ${size} registers` });
  };
  inside('information', 'quantity', information.quantity + 3, information.count);
  inside('information', 'scaler', information.scaler + 1, information.count);
  inside('information', 'interval', information.interval + 2, information.count);
  inside('information', 'dataType', information.dataType + 1, information.count);
  inside('entries', 'time', entries.time + 3, entries.registers);
  inside('entries', 'status', entries.status + 1, entries.registers);
  inside('entries', 'value', entries.value + 4, entries.registers);
  inside('entries', 'entries', entries.entries * entries.registers, 125);
  return problems;
}

/** What is written chooses what is shown, and nothing that the meter measures or is set by. */
function lintWrites({ select, clock }: LoadProfileFile, model: ModelFile): Problem[] {
  const written = [select.channel, select.time, select.time + 1, select.time + 2, select.direction, select.next];
  const problems: Problem[] = [];
  if (new Set(written).size < written.length)
    problems.push({ path: ['loadProfile', 'select'], message: 'names a register twice' });
  if (written.some((address) => address >= clock && address < clock + 3))
    problems.push({ path: ['loadProfile', 'select'], message: "names the meter's clock, which must not be written" });
  for (const [metric, { address }] of Object.entries(model.registers))
    if (written.includes(address))
      problems.push({ path: ['loadProfile', 'select'], message: `names the register of ${metric}` });
  return problems;
}
