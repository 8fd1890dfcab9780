import { type TSchema, Type } from 'typebox';
import { EdgeConfigSchema } from '../../edge/config.ts';
import { ModelFileSchema, RegisterSchema } from '../../edge/profiles/schema.ts';
import { unitsFor } from '../../edge/profiles/units.ts';
import { METRIC_NAMES, type MetricName, QUANTITIES } from '../../edge/protocol/quantities.ts';
import { ServerConfigSchema } from '../../server/config.ts';
import { FleetConfigSchema } from '../../simulators/config.ts';
import { ScenarioSchema } from '../../simulators/scenario/schema.ts';
import { editorSchema } from './editor-schema.ts';

const DRAFT = 'http://json-schema.org/draft-07/schema#';

/** The schema of a configuration file, for editors. */
function configSchema(title: string, schema: TSchema): string {
  return asText({ $schema: DRAFT, title, ...editorSchema(schema) });
}

export const edgeSchema = () => configSchema('edge.yaml: an agent next to the devices', EdgeConfigSchema);
export const serverSchema = () => configSchema('server.yaml: broker, ingest, store, API and page', ServerConfigSchema);
export const fleetSchema = () => configSchema('fleet.yaml: simulated devices', FleetConfigSchema);
export const scenarioSchema = () => configSchema('A scenario: a simulated fleet with its truth', ScenarioSchema);

/** The schema of a device-model file, with every metric of the catalogue and the units that it may have. */
export function modelSchema(): string {
  const registers = Type.Object(Object.fromEntries(METRIC_NAMES.map((metric) => [metric, registerOf(metric)])), {
    additionalProperties: false,
    minProperties: 1,
  });
  const schema = Type.Object({ ...ModelFileSchema.properties, registers }, { additionalProperties: false });
  const definitions = { register: editorSchema(RegisterSchema) };
  return asText({ $schema: DRAFT, title: 'A device model of gridwarden', ...editorSchema(schema), definitions });
}

function registerOf(metric: MetricName) {
  const { unit, en, zh } = QUANTITIES[metric];
  const units = unitsFor(unit);
  return Type.Optional(
    Type.Unsafe<unknown>({
      type: 'object',
      description: unit === '' ? `${en} · ${zh}` : `${en} · ${zh}, ${unit} in gridwarden`,
      allOf: [{ $ref: '#/definitions/register' }],
      properties: { unit: { type: 'string', enum: units } },
    }),
  );
}

function asText(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
