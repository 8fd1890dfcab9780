import { modelPage } from './model-page.ts';
import { edgeSchema, fleetSchema, modelSchema, scenarioSchema, serverSchema } from './schemas.ts';

/** Files of the repository that are made from others, by path. */
export const DOCUMENTS: Readonly<Record<string, () => string>> = {
  'edge/profiles/README.md': modelPage,
  'edge/profiles/model.schema.json': modelSchema,
  'edge/edge.schema.json': edgeSchema,
  'server/server.schema.json': serverSchema,
  'simulators/fleet.schema.json': fleetSchema,
  'simulators/scenario.schema.json': scenarioSchema,
};
