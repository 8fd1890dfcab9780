import { processConsole } from '../commissioning/console.ts';
import { tellingFailures } from '../commissioning/failures.ts';
import { loadEdgeConfig } from '../load-config.ts';
import { planEdge } from './forecasts.ts';
import { planDocument } from './plan-document.ts';
import { planText } from './plan-text.ts';

/** Prints the plan of a configuration and sets the exit code. */
export async function runPlan(file: string, json: boolean): Promise<void> {
  const console = processConsole();
  await tellingFailures('plan', { json, console }, async () => {
    const loaded = loadEdgeConfig(file);
    const plan = planEdge(loaded);
    console.print(json ? JSON.stringify(planDocument(loaded.file, plan)) : planText(plan).join('\n'));
    process.exitCode = plan.buses.some(({ overload }) => overload !== undefined) ? 1 : 0;
  });
}
