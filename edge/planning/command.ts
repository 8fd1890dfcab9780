import type { Command } from 'commander';

interface PlanArguments {
  readonly config?: string;
  readonly json?: boolean;
}

/** `edge plan`: reads nothing but files. Ends with 0, or with 1 when a bus cannot make its deadlines. */
export function addPlan(program: Command): void {
  program
    .command('plan')
    .description('Show how the devices of a configuration are read: blocks, bytes, time, and the share of each line')
    .option('--config <file>', 'edge.yaml')
    .option('--json', 'one JSON document on standard output')
    .action(async (_, command: Command) => {
      const { config, json }: PlanArguments = command.optsWithGlobals();
      if (config === undefined) return command.error('error: --config <file> is missing');
      await (await import('./run.ts')).runPlan(config, json === true);
    });
}
