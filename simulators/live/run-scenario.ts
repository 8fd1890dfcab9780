import type { Service } from '../../edge/platform/process.ts';
import type { HostPort } from '../../edge/platform/units.ts';
import { startControl } from '../control/control-server.ts';
import { LabelsFile } from './labels-file.ts';
import { type ScenarioFleet, type ScenarioFleetSettings, startScenarioFleet } from './scenario-fleet.ts';
import { readState, writeState } from './state-file.ts';

export interface ScenarioRun extends Omit<ScenarioFleetSettings, 'state'> {
  readonly control?: HostPort | undefined;
  readonly labels?: string | undefined;
  readonly stateFile?: string | undefined;
}

/** Labels are looked at so often, because faults begin by themselves. */
const LABELS_MS = 10_000;

/** A scenario's fleet with its control, its labels and its state kept in files. */
export async function runScenario(
  run: ScenarioRun,
): Promise<Service & { readonly fleet: ScenarioFleet; readonly controlPort: number }> {
  const { scenario, logger, stateFile } = run;
  const state = stateFile === undefined ? undefined : readState(stateFile, scenario);
  const fleet = await startScenarioFleet({ ...run, state });
  const keep = async () => stateFile !== undefined && writeState(stateFile, scenario, fleet.state());
  // What was computed of the past is kept, and a place that cannot be written is told now and not at the end.
  await keep().catch((error) => stopAfter(fleet, error));
  const labels = run.labels === undefined ? undefined : new LabelsFile(run.labels, scenario, logger);
  const writeLabels = () => labels?.write(fleet.labels());
  const told = <T>(result: T): T => {
    void writeLabels();
    return result;
  };
  const controlled = {
    ...fleet,
    tell: (request: Parameters<typeof fleet.tell>[0]) => told(fleet.tell(request)),
    end: (device: string) => told(fleet.end(device)),
  };
  const control =
    run.control && (await startControl(run.control, controlled).catch((error) => stopAfter(fleet, error)));
  await writeLabels();
  const timer = setInterval(writeLabels, LABELS_MS);
  return {
    fleet,
    controlPort: control?.port ?? 0,
    async stop() {
      clearInterval(timer);
      await control?.stop();
      await fleet.stop();
      await writeLabels();
      await keep();
    },
  };
}

/** What was started is stopped before the reason why the rest could not is told. */
async function stopAfter(fleet: ScenarioFleet, error: unknown): Promise<never> {
  await fleet.stop();
  throw error;
}
