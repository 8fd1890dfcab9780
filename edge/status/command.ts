import type { Command } from 'commander';
import { wholeNumber } from '../commissioning/arguments.ts';

/** `edge status`: asks the edge that runs on this machine. Ends with 0, or with 1 when none does. */
export function addStatus(program: Command): void {
  program
    .command('status')
    .description('Show what the edge that runs with a configuration does: buses, devices, outbox, broker')
    .option('--config <file>', 'edge.yaml (default: ./edge.yaml)')
    .option('--json', 'one JSON document on standard output')
    .option('--all', 'every bus and every device')
    .option('--watch [seconds]', 'again and again, every 2 s or so many', wholeNumber('--watch', 1, 86_400))
    .action(async (_, command: Command) => (await import('./run.ts')).runStatus(command.optsWithGlobals()));
}
