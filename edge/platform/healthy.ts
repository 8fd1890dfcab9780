/**
 * The health check of a container: ends with 0 when the address answers with success, else with 1 and the reason.
 *
 *     node edge/platform/healthy.ts http://127.0.0.1:8080/health/live
 */

/** Shorter than the time that the engine gives a check, so that the reason stands in its record. */
const ANSWER_WITHIN_MS = 4_000;

/** @returns why the address is not healthy, or undefined when it is. */
async function problemAt(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return response.ok ? undefined : `answered ${response.status}`;
  } catch (error) {
    const { message, cause } = error instanceof Error ? error : new Error(String(error));
    return cause instanceof Error ? cause.message : message;
  }
}

const url = process.argv[2] ?? '';
const problem = await problemAt(url);
if (problem !== undefined) console.error(`${url}: ${problem}`);
// An open connection would keep the process until it is idle for long enough.
process.exit(problem === undefined ? 0 : 1);
