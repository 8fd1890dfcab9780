import { GridwardenError } from '../../edge/platform/errors.ts';
import { areaMeters, feederAreas, lineAreaOf } from '../registry/one-line.ts';
import { gridTimeOf } from './grid.ts';
import { GridOneLineQuery, GridOneLineSchema } from './grid-one-line.schema.ts';
import type { ApiContext } from './parts.ts';
import type { Api } from './route.ts';
import { invalidParameter } from './validation.ts';

/** What a one-line diagram shows: the areas of a feeder, or one area with its meters. */
export function gridOneLineRoute(api: Api, { parts, settings: { timeZone } }: ApiContext): void {
  api.get(
    '/grid/one-line',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'getGridOneLine',
        tags: ['grid'],
        summary: 'The areas of a feeder with what feeds and measures them, or one area with its meters',
        querystring: GridOneLineQuery,
        response: { 200: GridOneLineSchema },
      },
    },
    (request) => {
      const { feeder, area, ...time } = request.query;
      const grid = parts.get('registry').snapshot(gridTimeOf(time, timeZone));
      if ((feeder === undefined) === (area === undefined))
        throw invalidParameter('feeder', 'give either a feeder or an area');
      if (area === undefined) {
        const areas = feederAreas(grid, feeder ?? '');
        if (areas.length === 0 && !grid.get('feeders', feeder ?? '')) throw notThere('feeder', feeder ?? '');
        return { areas, meters: [] };
      }
      const found = lineAreaOf(grid, area);
      if (!found) throw notThere('area', area);
      return { areas: [found], meters: areaMeters(grid, area) };
    },
  );
}

function notThere(what: string, id: string): GridwardenError {
  return new GridwardenError('NOT_FOUND', `There is no ${what} ${id}`);
}
