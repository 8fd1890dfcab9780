import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import staticFiles from '@fastify/static';
import type { FastifyRequest } from 'fastify';
import { GridwardenError } from '../../edge/platform/errors.ts';
import type { Api } from './route.ts';

/** Paths that are never the page's, whoever asks. */
const OWN_PATHS = /^\/(api|health|metrics)(\/|$|\?)/;

/**
 * The control-room page: built files with hashes in their names are kept by browsers for ever, everything else is asked
 * for again. An address inside the page (`/devices/…`) gets the page. What is neither is NOT_FOUND.
 */
export async function pageRoutes(api: Api, folder: string): Promise<void> {
  const isBuilt = existsSync(join(folder, 'index.html'));
  if (isBuilt) await api.register(async (scope) => addFiles(scope, folder));
  api.setNotFoundHandler(async (request, reply) => {
    if (!isPageAddress(request)) throw new GridwardenError('NOT_FOUND', `There is no ${request.method} ${request.url}`);
    if (!isBuilt) {
      throw new GridwardenError(
        'PAGE_NOT_BUILT',
        `The page is not in ${folder}: build it with npm run page, then start again`,
      );
    }
    const page = await readFile(join(folder, 'index.html'));
    return reply.code(200).type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page);
  });
}

async function addFiles(scope: Api, folder: string): Promise<void> {
  // Runs before the routes of the plugin below are added: none of them needs an actor.
  scope.addHook('onRoute', (route) => {
    route.config = { ...route.config, role: 'public' };
  });
  await scope.register(staticFiles, {
    root: folder,
    cacheControl: false,
    dotfiles: 'ignore',
    setHeaders: (reply, path) => {
      const isHashed = path.startsWith(join(folder, 'assets'));
      reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}

/** Browsers that go to an address ask for HTML; a script that mistypes a path must get an error, not a page. */
function isPageAddress({ method, url, headers }: FastifyRequest): boolean {
  return method === 'GET' && !OWN_PATHS.test(url) && (headers.accept ?? '').includes('text/html');
}
