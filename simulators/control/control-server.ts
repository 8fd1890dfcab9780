import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify from 'fastify';
import { Type } from 'typebox';
import type { GridClock } from '../../edge/platform/clock.ts';
import { GridwardenError, messageOf, systemCodeOf } from '../../edge/platform/errors.ts';
import { didYouMean } from '../../edge/platform/names.ts';
import type { Service } from '../../edge/platform/process.ts';
import { durationMs, type HostPort, SCHEMA_KEYWORDS } from '../../edge/platform/units.ts';
import { FaultRequestSchema } from '../config.ts';
import type { Fleet } from '../fleet.ts';

const MAX_BODY_BYTES = 65_536;

/**
 * HTTP on loopback that changes a running fleet: `GET /devices`, `GET /faults`, `POST /faults` (a fault begins now),
 * `DELETE /faults/{device}` (what is in force ends now). Faults are kept with their times: they are the labels.
 * @throws GridwardenError PORT_TAKEN
 */
export async function startControl(
  listen: HostPort,
  fleet: Fleet,
  gridClock: GridClock,
): Promise<Service & { readonly port: number }> {
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    ajv: { customOptions: { keywords: [...SCHEMA_KEYWORDS] } },
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error instanceof GridwardenError ? error.status : (error.statusCode ?? 500);
    return reply.code(status).send({ title: error.message, status });
  });

  app.get('/devices', () => [...fleet.devices.values()].map(({ id, model, unit }) => ({ id, model, unit })));
  app.get('/faults', () => fleet.faults.all().map(labelOf));
  app.post('/faults', { schema: { body: FaultRequestSchema } }, (request, reply) => {
    const { device, kind, for: lasting } = request.body;
    requireDevice(fleet, device);
    const fromMs = gridClock.nowMs();
    const toMs = lasting === undefined ? Number.POSITIVE_INFINITY : fromMs + durationMs(lasting);
    fleet.faults.add({ device, kind, fromMs, toMs });
    return reply.code(201).send(labelOf({ device, kind, fromMs, toMs }));
  });
  app.delete('/faults/:device', { schema: { params: Type.Object({ device: Type.String() }) } }, (request) => {
    requireDevice(fleet, request.params.device);
    return { ended: fleet.faults.end(request.params.device, gridClock.nowMs()) };
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

function requireDevice(fleet: Fleet, device: string): void {
  if (fleet.devices.has(device)) return;
  const hint = didYouMean(device, fleet.devices.keys());
  throw new GridwardenError('NOT_FOUND', `"${device}" is no device of this fleet${hint}`);
}

function labelOf(fault: { device: string; kind: string; fromMs: number; toMs: number }) {
  const to = Number.isFinite(fault.toMs) ? new Date(fault.toMs).toISOString() : null;
  return { device: fault.device, kind: fault.kind, from: new Date(fault.fromMs).toISOString(), to };
}
