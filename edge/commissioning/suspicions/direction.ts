import type { Numbers } from '../read-value.ts';
import { type Suspicion, short } from './suspicion.ts';

const LEAST_KW = 0.05;
const COUNTED_KWH = 1;

/** Power that flows one way at a meter that has only ever counted the other. */
export function directionSuspicions(numbers: Numbers): Suspicion[] {
  const kw = numbers.get('active_power');
  const imported = numbers.get('energy_import');
  const exported = numbers.get('energy_export');
  if (kw === undefined || imported === undefined || exported === undefined || Math.abs(kw) < LEAST_KW) return [];
  const [flows, counts, against] = kw < 0 ? ['out', imported, exported] : ['in', exported, imported];
  if (against > 0 || counts < COUNTED_KWH) return [];
  return [
    {
      code: 'direction',
      metrics: ['active_power', 'energy_import', 'energy_export'],
      text: `active_power ${short(kw)} kW flows ${flows}, but energy counts the other way only: import ${short(imported)} kWh, export ${short(exported)} kWh`,
      advice:
        'In a model of your own: look up the sign of power (`sign:`), or whether import and export are mixed up. Else: have all currents been connected backwards?',
      numbers: { active_power: kw, energy_import: imported, energy_export: exported },
    },
  ];
}
