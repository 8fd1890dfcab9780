import type { Problem } from '../edge/platform/schema-errors.ts';
import { isLoopback, parseListen } from '../edge/platform/units.ts';
import type { ModelCatalogue } from '../edge/profiles/load.ts';
import { unknownModel } from '../edge/profiles/load.ts';
import type { FleetConfig, SimulatedDeviceConfig } from './config.ts';
import { whyNotCounted } from './ledger/counted-value.ts';

interface Placed {
  readonly device: SimulatedDeviceConfig;
  readonly path: readonly string[];
}

/** What the schema of a fleet cannot check: ids and units used once, models and references that exist. */
export function fleetProblems(config: FleetConfig, models: ModelCatalogue): Problem[] {
  const placed = config.gateways.flatMap((gateway, g) =>
    gateway.devices.map((device, d) => ({ device, path: ['gateways', String(g), 'devices', String(d)] })),
  );
  const byId = new Map(placed.map(({ device }) => [device.id, device]));
  return [
    ...repeated(
      placed,
      ({ device }) => device.id,
      'id',
      (id) => `"${id}" is used twice`,
    ),
    ...repeated(placed, unitKey, 'unit', () => 'this unit is used twice on the gateway'),
    ...placed.flatMap((place) => modelProblems(place, models)),
    ...placed.flatMap((place) => referenceProblems(place, byId)),
    ...(config.ledger === undefined ? [] : placed.flatMap((place) => ledgerProblems(place, models))),
    ...config.faults.flatMap((fault, index) =>
      byId.has(fault.device)
        ? []
        : [{ path: ['faults', String(index), 'device'], message: `"${fault.device}" is no device of this fleet` }],
    ),
    ...controlProblems(config),
  ];
}

function repeated(
  placed: readonly Placed[],
  keyOf: (place: Placed) => string,
  field: string,
  message: (key: string) => string,
): Problem[] {
  const seen = new Set<string>();
  return placed.flatMap((place) => {
    const key = keyOf(place);
    if (seen.has(key)) return [{ path: [...place.path, field], message: message(key) }];
    seen.add(key);
    return [];
  });
}

function unitKey({ device, path }: Placed): string {
  return `${path[1]} ${device.unit}`;
}

function modelProblems({ device, path }: Placed, models: ModelCatalogue): Problem[] {
  return models.has(device.model) ? [] : [{ path: [...path, 'model'], message: unknownModel(models, device.model) }];
}

/** A device of a ledger needs a model all of whose registers can carry a read counter. */
function ledgerProblems({ device, path }: Placed, models: ModelCatalogue): Problem[] {
  const reasons = (models.get(device.model)?.registers ?? []).flatMap((register) => whyNotCounted(register) ?? []);
  if (reasons.length === 0) return [];
  return [{ path: [...path, 'model'], message: `"${device.model}" cannot be used with a ledger: ${reasons[0]}` }];
}

function referenceProblems({ device, path }: Placed, byId: ReadonlyMap<string, SimulatedDeviceConfig>): Problem[] {
  const customers = (device.sumOf ?? []).flatMap((id) => {
    const part = byId.get(id);
    const wrong = !part ? 'is no device of this fleet' : part.sumOf || part.loadOf ? 'is no customer meter' : undefined;
    return wrong ? [{ path: [...path, 'sumOf'], message: `"${id}" ${wrong}` }] : [];
  });
  if (device.loadOf === undefined) return customers;
  const load = byId.get(device.loadOf);
  if (load && load.loadOf === undefined) return customers;
  return [...customers, { path: [...path, 'loadOf'], message: `"${device.loadOf}" is no meter of this fleet` }];
}

function controlProblems(config: FleetConfig): Problem[] {
  if (!config.control || isLoopback(parseListen(config.control.listen).host)) return [];
  return [
    { path: ['control', 'listen'], message: 'must be a loopback address: whoever reaches it can break the fleet' },
  ];
}
