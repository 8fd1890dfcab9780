import { type Static, Type } from 'typebox';
import { DEVICE_KINDS } from '../../../edge/protocol/delivery.ts';
import { loadMapping } from './load-mapping.ts';
import { LocalZone } from './local-time.ts';
import { ENCODINGS } from './open-text.ts';
import { FORMATS, formatOfName, type ReadPlan } from './parse-plan.ts';

/** How files are to be read, as a person says it. */
export const ReadOptionsSchema = Type.Object({
  format: Type.Optional(Type.Enum(FORMATS, { description: 'Without it the name of the file tells' })),
  mapping: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 4000,
      description: 'Of a wide CSV file: a name of those that ship, or a YAML file',
    }),
  ),
  timeZone: Type.Optional(
    Type.String({
      maxLength: 100,
      description:
        'Of times without one. Without it they are refused in a long file, and the district’s own are they in a wide one',
    }),
  ),
  encoding: Type.Optional(
    Type.Enum(ENCODINGS, {
      description: 'Without it: by byte order mark, else UTF-8 or GB 18030 by what stands there',
    }),
  ),
  kind: Type.Optional(
    Type.Enum(DEVICE_KINDS, { description: 'What devices are that are new to the store; meter without it' }),
  ),
});
export type ReadOptions = Static<typeof ReadOptionsSchema>;

/**
 * The plan for one file.
 * @throws GridwardenError ARGUMENT_INVALID, CONFIG_UNREADABLE, CONFIG_INVALID
 */
export function planOf(name: string, options: ReadOptions, districtZone: string): ReadPlan {
  const mapping = options.mapping === undefined ? undefined : loadMapping(options.mapping);
  const timeZone = options.timeZone ?? (mapping ? districtZone : undefined);
  // A wrong name is told before anything is read.
  if (timeZone !== undefined) new LocalZone(timeZone);
  return {
    format: options.format ?? formatOfName(name),
    encoding: options.encoding ?? 'auto',
    timeZone,
    mapping,
    kind: options.kind ?? 'meter',
  };
}
