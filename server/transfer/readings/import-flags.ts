import { type Command, Option } from 'commander';
import { DEVICE_KINDS } from '../../../edge/protocol/delivery.ts';
import type { ReadOptions } from './import-request.ts';
import { mappingNames } from './load-mapping.ts';
import { ENCODINGS } from './open-text.ts';
import { FORMATS } from './parse-plan.ts';

/** What the command line says of how files are read. */
export interface ReadFlags extends ReadOptions {
  readonly tokenFile?: string;
}

export function addReadOptions(command: Command): Command {
  return command
    .option('--mapping <name or file>', `of wide CSV files: ${mappingNames().join(', ')}, or a YAML file of your own`)
    .option('--time-zone <zone>', 'of times without one, such as Asia/Shanghai')
    .addOption(new Option('--format <format>', 'where the name does not tell it').choices(FORMATS))
    .addOption(new Option('--encoding <encoding>', 'of text; GBK is part of gb18030').choices(ENCODINGS))
    .addOption(new Option('--kind <kind>', 'of devices that are new').choices(DEVICE_KINDS))
    .option('--token-file <file>', 'token of an admin, where the server has users');
}

export function readOptionsOf({ tokenFile: _, ...options }: ReadFlags & { readonly config?: string }): ReadOptions {
  const { format, mapping, timeZone, encoding, kind } = options;
  return {
    ...(format !== undefined && { format }),
    ...(mapping !== undefined && { mapping }),
    ...(timeZone !== undefined && { timeZone }),
    ...(encoding !== undefined && { encoding }),
    ...(kind !== undefined && { kind }),
  };
}
