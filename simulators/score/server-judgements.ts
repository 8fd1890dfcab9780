import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { GridwardenError, messageOf } from '../../edge/platform/errors.ts';
import type { Judgement } from './match.ts';

const PAGE = 500;
const REQUEST_TIMEOUT_MS = 30_000;
/** More than this is not read: a server that says so much is wrong everywhere. */
const MAX_JUDGEMENTS = 200_000;

const NextSchema = Type.Union([Type.String(), Type.Null()]);
const AlertsSchema = Type.Object({
  items: Type.Array(
    Type.Object({
      rule: Type.String(),
      subject: Type.String(),
      raisedMs: Type.Number(),
      clearedMs: Type.Union([Type.Number(), Type.Null()]),
    }),
  ),
  next: NextSchema,
});
const FindingsSchema = Type.Object({
  items: Type.Array(Type.Object({ code: Type.String(), subject: Type.Object({ id: Type.String() }) })),
  next: NextSchema,
});

const alertsValidator = Compile(AlertsSchema);
const findingsValidator = Compile(FindingsSchema);

function isAlerts(value: unknown): value is Static<typeof AlertsSchema> {
  return alertsValidator.Check(value);
}

function isFindings(value: unknown): value is Static<typeof FindingsSchema> {
  return findingsValidator.Check(value);
}

export interface ServerPlace {
  /** Such as http://127.0.0.1:8080. */
  readonly url: string;
  readonly token: string | undefined;
}

export interface Judgements {
  readonly judgements: readonly Judgement[];
  /** Alerts of agents and of the server itself: labels name devices and areas, so that these are not scored. */
  readonly notScored: number;
}

/**
 * All that a server says is wrong: its alerts since a moment, and its findings of the grid.
 * @throws GridwardenError NOT_FOUND when nobody answers there; REQUEST_INVALID when the answer is no one's of a gridwarden
 */
export async function readJudgements(server: ServerPlace, fromMs: number): Promise<Judgements> {
  const from = new Date(fromMs).toISOString();
  const alerts = await pages(server, `/alerts?from=${encodeURIComponent(from)}&state=A,B,C,D,E,F,G`, isAlerts);
  const findings = await pages(server, '/grid/findings?', isFindings);
  const ofDevices = alerts.filter(({ subject }) => !subject.includes('/') && subject !== 'server');
  return {
    judgements: [
      ...ofDevices.map(
        ({ rule, subject, raisedMs, clearedMs }): Judgement => ({
          ...{ source: 'alert', code: rule, subject, size: undefined },
          ...{ fromMs: raisedMs, toMs: clearedMs ?? Number.POSITIVE_INFINITY },
        }),
      ),
      ...findings.map(
        ({ code, subject }): Judgement => ({
          ...{ source: 'finding', code, subject: subject.id, size: undefined },
          ...{ fromMs: undefined, toMs: Number.POSITIVE_INFINITY },
        }),
      ),
    ],
    notScored: alerts.length - ofDevices.length,
  };
}

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

async function pages<T>(server: ServerPlace, path: string, isPage: (value: unknown) => value is Page<T>): Promise<T[]> {
  const all: T[] = [];
  let next: string | null = null;
  do {
    const cursor: string = next === null ? '' : `&cursor=${encodeURIComponent(next)}`;
    const page = await ask(server, `${path}&limit=${PAGE}${cursor}`);
    if (!isPage(page)) throw foreign(server, path);
    all.push(...page.items);
    next = page.next;
  } while (next !== null && all.length < MAX_JUDGEMENTS);
  return all;
}

function foreign({ url }: ServerPlace, path: string): GridwardenError {
  return new GridwardenError('REQUEST_INVALID', `${url} answers ${path.replace(/\?.*/, '')} in a form that is unknown`);
}

async function ask({ url, token }: ServerPlace, path: string): Promise<unknown> {
  const headers = { accept: 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  const response = await fetch(new URL(`/api/v1${path}`, url), { headers, signal }).catch((cause: unknown) => {
    throw new GridwardenError('NOT_FOUND', `No server answers at ${url}: ${messageOf(reasonOf(cause))}`, { cause });
  });
  const text = await response.text();
  if (!response.ok) {
    throw new GridwardenError(
      'REQUEST_INVALID',
      `${url} refused ${path.replace(/\?.*/, '')}: ${response.status} ${text}`,
    );
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GridwardenError('REQUEST_INVALID', `${url} does not answer in JSON: is it a gridwarden?`, { cause });
  }
}

/** fetch wraps what the network said in an error of its own that says nothing. */
function reasonOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error;
}
