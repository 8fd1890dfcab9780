import { codeOf, messageOf } from '../platform/errors.ts';
import type { Console } from './console.ts';

/** Runs a command; with `--json` a failure is a document, too. */
export async function tellingFailures(
  command: string,
  { json, console }: { readonly json: boolean; readonly console: Console },
  action: () => Promise<void>,
): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (json) console.print(JSON.stringify({ command, ok: false, code: codeOf(error), problem: messageOf(error) }));
    throw error;
  }
}
