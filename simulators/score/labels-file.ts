import { type Static, Type } from 'typebox';
import { loadConfig } from '../../edge/platform/config.ts';
import { SCORE_KINDS } from './score-kinds.ts';

const When = Type.String({
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?(Z|[+-]\\d\\d:\\d\\d)$',
  description: 'RFC 3339, with its offset',
});
const Id = Type.String({ minLength: 1, maxLength: 128 });

/** What is wrong somewhere, from when to when: the truth that findings and alarms are measured against. */
export const LabelSchema = Type.Object(
  {
    kind: Type.Enum(SCORE_KINDS.map(({ kind }) => kind)),
    device: Type.Optional(Id),
    area: Type.Optional(Id),
    start: When,
    end: Type.Optional(Type.Union([When, Type.Null()], { description: 'Null: it goes on' })),
    size: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
    unit: Type.Optional(Type.String({ maxLength: 20 })),
    form: Type.Optional(Type.Enum(['step', 'drift'] as const)),
    phase: Type.Optional(Type.Union([Type.Enum(['a', 'b', 'c'] as const), Type.Null()])),
  },
  { additionalProperties: false },
);

/** A labels file: what `simulate -- history` writes, or one of somebody else's with the same words. */
export const LabelsFileSchema = Type.Object(
  {
    format: Type.Optional(Type.Literal(1)),
    scenario: Type.Optional(Type.String({ maxLength: 200 })),
    seed: Type.Optional(Type.Integer()),
    start: Type.Optional(Type.String({ maxLength: 40 })),
    days: Type.Optional(Type.Number({ minimum: 0 })),
    everyMs: Type.Optional(Type.Number({ minimum: 0 })),
    labels: Type.Array(LabelSchema, { maxItems: 1_000_000 }),
  },
  { additionalProperties: false },
);

/** A label with its times as numbers. */
export interface ScoredLabel {
  readonly kind: string;
  readonly device: string | undefined;
  readonly area: string | undefined;
  readonly fromMs: number;
  /** Infinity: it goes on. */
  readonly toMs: number;
  readonly size: number | undefined;
  readonly unit: string | undefined;
}

export interface Labels {
  readonly file: string;
  readonly scenario: string | undefined;
  readonly labels: readonly ScoredLabel[];
}

/**
 * Reads a labels file. Each problem is named with its line.
 * @throws GridwardenError CONFIG_UNREADABLE, CONFIG_INVALID
 */
export function loadLabels(file: string): Labels {
  const loaded = loadConfig(LabelsFileSchema, { file });
  const { labels, scenario } = loaded.value;
  loaded.reject(labels.flatMap(problemsOf));
  return { file: loaded.file, scenario, labels: labels.map(scored) };
}

function problemsOf({ device, area, start, end }: Static<typeof LabelSchema>, index: number) {
  const path = ['labels', String(index)];
  if (device === undefined && area === undefined) return [{ path, message: 'must name a device or an area' }];
  if (Number.isNaN(Date.parse(start))) return [{ path: [...path, 'start'], message: 'is no moment of the calendar' }];
  if (typeof end === 'string' && !(Date.parse(end) >= Date.parse(start)))
    return [{ path: [...path, 'end'], message: 'must not be before the start' }];
  return [];
}

function scored({ kind, device, area, start, end, size, unit }: Static<typeof LabelSchema>): ScoredLabel {
  return {
    kind,
    device,
    area,
    fromMs: Date.parse(start),
    toMs: typeof end === 'string' ? Date.parse(end) : Number.POSITIVE_INFINITY,
    size: size ?? undefined,
    unit: unit === '' ? undefined : unit,
  };
}
