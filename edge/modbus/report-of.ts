import { GOOD } from '../protocol/quality.ts';
import type { DeviceHealth } from '../reading.ts';
import { type Bus, classesEver } from './bus.ts';
import type { BusDevice } from './device.ts';
import type { BusDeviceReport, BusReport, PollUsage } from './report.ts';
import type { BusStats } from './stats.ts';
import { addressOf } from './transport/create.ts';
import type { LineFault } from './transport/rtu-frames.ts';

/** What a bus looks like now. */
export function reportOf(bus: Bus): BusReport {
  const { config, stats } = bus;
  return {
    id: config.id,
    transport: config.transport,
    address: addressOf(config),
    connected: bus.connected,
    ...(bus.connectedSinceMs === undefined ? {} : { connectedSinceMs: bus.connectedSinceMs }),
    ...(bus.problem === undefined ? {} : { problem: bus.problem }),
    requests: stats.requests,
    timeouts: stats.timeouts,
    exceptions: stats.exceptions,
    malformed: stats.malformed,
    connectionFailures: stats.connectionFailures,
    connects: stats.connects,
    ...(config.transport === 'tcp' ? {} : { lineFaults: lineFaultsOf(stats) }),
    missedDeadlines: stats.missedOverrun + stats.missedUnreachable,
    busyShare: bus.busyShare(),
    devices: bus.devices.map((device) => deviceReport(bus, device)),
  };
}

/** The same of many buses in short: a report of thousands of devices holds the process up. */
export function usageOf(buses: readonly Bus[]): PollUsage {
  const usualMs: number[] = [];
  let missed = 0;
  for (const { devices, stats } of buses) {
    missed += stats.missedOverrun + stats.missedUnreachable;
    for (const device of devices) if (device.usualMs !== undefined) usualMs.push(device.usualMs);
  }
  return { usualMs, missed };
}

function lineFaultsOf(stats: BusStats): Record<LineFault, number> {
  return {
    noise: stats.lineNoise,
    cut: stats.lineCut,
    checksum: stats.lineChecksum,
    echo: stats.lineEcho,
    other_unit: stats.lineOtherUnit,
    late: stats.lineLate,
  };
}

function deviceReport(bus: Bus, device: BusDevice): BusDeviceReport {
  const plan = bus.plans.planFor(device, classesEver(device));
  const health = healthOf(device);
  return {
    id: device.id,
    unit: device.unit,
    model: device.model.name,
    ...(health === undefined ? {} : { health }),
    intervalsMs: device.intervalsMs,
    blocks: plan.blocks.map(({ functionCode, address, count }) => ({ functionCode, address, count })),
    learnedHoles: device.learned.holes,
    ...(device.learned.longestRead === undefined ? {} : { longestRead: device.learned.longestRead.registers }),
    ...(device.lastGoodMs === undefined ? {} : { lastGoodMs: device.lastGoodMs }),
    ...(device.usualMs === undefined ? {} : { usualMs: device.usualMs }),
    missedDeadlines: device.missedDeadlines,
  };
}

function healthOf(device: BusDevice): DeviceHealth | undefined {
  const { up, reason, sinceMs } = device.health;
  if (up === undefined) return undefined;
  const health = { device: device.id, up, quality: up ? GOOD : reason, sinceMs };
  return device.serial === undefined ? health : { ...health, serial: device.serial };
}
