import { launch } from '../../support/launched.ts';

export interface CommandOutcome {
  /** Exit code, or the signal that ended it. */
  readonly code: number | string;
  /** The last line of what it said. */
  readonly lastWords: string;
}

/** Runs a command of the server, as a user does, to its end. */
export async function serverCommand(command: string, folder: string, config: string): Promise<CommandOutcome> {
  const program = launch('server/main.ts', [command, folder, '--config', config]);
  const code = await program.ended;
  return { code, lastWords: program.output().trimEnd().split('\n').at(-1) ?? '' };
}
