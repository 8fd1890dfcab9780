import { join } from 'node:path';
import { Type } from 'typebox';
import { loadConfig } from '../../edge/platform/config.ts';
import { SCENARIO_FAULT_KINDS } from '../scenario/fault-kinds.ts';

const Duration = Type.String({ pattern: '^\\d+(\\.\\d+)?(s|m|h|d)$' });
const Codes = Type.Array(Type.String({ pattern: '^[a-z][a-z0-9_]*$' }), { uniqueItems: true });

/** Which words of a server speak of a fault of a kind, and how long it may take. */
export const ScoreKindsSchema = Type.Object(
  {
    kinds: Type.Array(
      Type.Object(
        {
          kind: Type.Enum(SCENARIO_FAULT_KINDS),
          finds: Codes,
          /** After its end a fault may still be told so long. */
          afterEnd: Duration,
          /** No defect: whatever is said of it is false. */
          harmless: Type.Optional(Type.Boolean()),
          reason: Type.String({ minLength: 10 }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);

/** Every kind of fault with what a server is expected to say of it. */
export const SCORE_KINDS = loadConfig(ScoreKindsSchema, { file: join(import.meta.dirname, 'score-kinds.yaml') }).value
  .kinds;
export type ScoreKind = (typeof SCORE_KINDS)[number];
