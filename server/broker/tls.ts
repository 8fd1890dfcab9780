import { readFileSync } from 'node:fs';
import { GridwardenError, messageOf } from '../../edge/platform/errors.ts';

export interface TlsFiles {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/**
 * Certificate and key of a listener; undefined when neither is configured.
 * @throws GridwardenError CONFIG_INVALID when only one is there, SECRET_UNREADABLE
 */
export function readTls(config: { readonly certFile?: string; readonly keyFile?: string }): TlsFiles | undefined {
  const { certFile, keyFile } = config;
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined) {
    throw new GridwardenError('CONFIG_INVALID', 'broker.embedded: certFile and keyFile belong together');
  }
  return { cert: read(certFile), key: read(keyFile) };
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new GridwardenError('SECRET_UNREADABLE', `${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}
