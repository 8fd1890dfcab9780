import type { ClockConfig } from '../../edge/platform/common-config.ts';
import { SENSOR_INPUTS, SENSOR_MODEL } from '../scenario/device-models.ts';
import type { PlacedDevice } from './placement.ts';

export interface AgentSettings {
  readonly group: string;
  readonly node: string;
  readonly primaryHost: string;
  readonly brokerUrl: string;
  readonly host: string;
  /** How often values are read, such as 1s and 1m; of grid time. */
  readonly every: { readonly fast: string; readonly registers: string };
  readonly clock?: ClockConfig | undefined;
}

/** The configuration of an agent that reads these devices: a bus for each gateway. */
export function agentConfig(settings: AgentSettings, devices: readonly (PlacedDevice & { readonly port: number })[]) {
  const { group, node, primaryHost, brokerUrl, host, every, clock } = settings;
  const byGateway = Map.groupBy(devices, ({ gateway }) => gateway);
  return {
    group,
    node,
    primaryHost,
    ...(clock && { clock }),
    broker: { urls: [brokerUrl] },
    outbox: { path: `${node}.sqlite`, maxBytes: '256MiB' },
    buses: [...byGateway].map(([gateway, own]) => ({
      id: busName(gateway, own),
      transport: 'tcp',
      host,
      port: own[0]?.port ?? 0,
      devices: own.map(({ id, model, unit }) => ({
        id,
        model,
        unit,
        every,
        ...(model === SENSOR_MODEL && { inputs: SENSOR_INPUTS }),
      })),
    })),
  };
}

/** The area whose gateway it is; or the gateway's number where it has devices of several areas. */
function busName(gateway: number, devices: readonly PlacedDevice[]): string {
  const areas = new Set(devices.map(({ areaId }) => areaId));
  const number = String(gateway + 1).padStart(4, '0');
  return areas.size === 1 ? `${devices[0]?.areaId} gateway ${number}` : `gateway ${number}`;
}
