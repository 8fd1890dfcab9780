import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify from 'fastify';
import { Type } from 'typebox';
import { GridwardenError, messageOf, systemCodeOf } from '../../edge/platform/errors.ts';
import { didYouMean } from '../../edge/platform/names.ts';
import type { Service } from '../../edge/platform/process.ts';
import { type HostPort, SCHEMA_KEYWORDS } from '../../edge/platform/units.ts';
import { type FaultRequest, FaultRequestSchema } from '../config.ts';

const MAX_BODY_BYTES = 65_536;

/** A running fleet as seen by whoever changes it. Labels are plain data with times in RFC 3339. */
export interface ControlledFleet {
  /** Devices by id, and where they are reached. */
  readonly devices: ReadonlyMap<string, { readonly id: string; readonly model: string; readonly unit: number }>;
  /** Other names that a fault may be told for, such as an area's. */
  readonly places?: ReadonlySet<string>;
  /** Begins a fault now, and gives its label. */
  tell(request: FaultRequest): object;
  /** Ends what a device was told. Returns how many faults that were. */
  end(device: string): number;
  /** All labels known: the truth that a score is measured against. */
  labels(): readonly object[];
}

/**
 * HTTP on loopback that changes a running fleet: `GET /devices`, `GET /faults`, `POST /faults` (a fault begins now),
 * `DELETE /faults/{device}` (what is in force ends now). Faults are kept with their times: they are the labels.
 * @throws GridwardenError PORT_TAKEN
 */
export async function startControl(
  listen: HostPort,
  fleet: ControlledFleet,
): Promise<Service & { readonly port: number }> {
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    ajv: { customOptions: { keywords: [...SCHEMA_KEYWORDS] } },
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error instanceof GridwardenError ? error.status : (error.statusCode ?? 500);
    return reply.code(status).send({ title: error.message, status });
  });

  app.get('/devices', () => [...fleet.devices.values()]);
  app.get('/faults', () => fleet.labels());
  app.post('/faults', { schema: { body: FaultRequestSchema } }, (request, reply) => {
    requireDevice(fleet, request.body.device);
    return reply.code(201).send(fleet.tell(request.body));
  });
  app.delete('/faults/:device', { schema: { params: Type.Object({ device: Type.String() }) } }, (request) => {
    requireDevice(fleet, request.params.device);
    return { ended: fleet.end(request.params.device) };
  });

  try {
    await app.listen({ host: listen.host, port: listen.port });
  } catch (cause) {
    const why = systemCodeOf(cause) === 'EADDRINUSE' ? 'the port is in use by another process' : messageOf(cause);
    throw new GridwardenError('PORT_TAKEN', `The control port ${listen.host}:${listen.port} cannot be used: ${why}`, {
      cause,
    });
  }
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : listen.port;
  return { port, stop: () => app.close() };
}

function requireDevice(fleet: ControlledFleet, device: string): void {
  if (fleet.devices.has(device) || fleet.places?.has(device)) return;
  const hint = didYouMean(device, fleet.devices.keys());
  throw new GridwardenError('NOT_FOUND', `"${device}" is no device of this fleet${hint}`);
}
