import { loadEdgeConfig } from '../load-config.ts';
import { planEdge } from './forecasts.ts';
import { planDocument } from './plan-document.ts';
import { planText } from './plan-text.ts';

/** Prints the plan of a configuration; returns the exit code. */
export async function runPlan(file: string, json: boolean): Promise<number> {
  const loaded = loadEdgeConfig(file);
  const plan = planEdge(loaded);
  const text = json ? JSON.stringify(planDocument(loaded.file, plan)) : planText(plan).join('\n');
  await new Promise<void>((resolve) => process.stdout.write(`${text}\n`, () => resolve()));
  return plan.buses.some(({ overload }) => overload !== undefined) ? 1 : 0;
}
