/** What the launcher tells the user, on standard error: standard output belongs to the program. */

/** A failure that a person can do something about; the message says what. */
export class LaunchError extends Error {}

export function say(text) {
  process.stderr.write(`gridwarden: ${text}\n`);
}

/** How often a step that takes long says that it is still at work. */
const STILL_WORKING_MS = 15_000;

/** Announces a long step, says so again while it lasts, and returns a function that says how long it took. */
export function startProgress(text) {
  const startedAt = process.hrtime.bigint();
  const seconds = () => Math.round(Number(process.hrtime.bigint() - startedAt) / 1e9);
  say(`${text} …`);
  const timer = setInterval(() => say(`${text} … ${seconds()} s`), STILL_WORKING_MS);
  timer.unref();
  return {
    stop: () => clearInterval(timer),
    done: (result) => {
      clearInterval(timer);
      say(`${result} in ${seconds()} s`);
    },
  };
}
