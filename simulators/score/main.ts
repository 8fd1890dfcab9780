import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { readSecret } from '../../edge/platform/config.ts';
import { GridwardenError, messageOf } from '../../edge/platform/errors.ts';
import { exitWith } from '../../edge/platform/process.ts';
import { durationMs } from '../../edge/platform/units.ts';
import { loadScenario } from '../scenario/scenario.ts';
import { loadLabels } from './labels-file.ts';
import { type Expectation, matchLabels } from './match.ts';
import { reportJson, type ScoreReport } from './report.ts';
import { reportHtml } from './report-html.ts';
import { reportText } from './report-text.ts';
import { SCORE_KINDS } from './score-kinds.ts';
import { readJudgements } from './server-judgements.ts';
import { summarise } from './summary.ts';

interface Options {
  readonly scenario?: string;
  readonly labels: string;
  readonly server: string;
  readonly tokenFile?: string;
  readonly json?: string;
  readonly html?: string;
}

/** From long before the first label on: what was said before a fault began is false. */
const BEFORE_MS = 400 * 86_400_000;

async function score(options: Options): Promise<void> {
  const { file, labels, scenario: labelled } = loadLabels(options.labels);
  const scenario = scenarioOf(options.scenario, labelled);
  const asOfMs = Date.now();
  const startMs = labels.reduce((first, { fromMs }) => Math.min(first, fromMs), asOfMs);
  const token = options.tokenFile === undefined ? undefined : readSecret(options.tokenFile);
  const { judgements, notScored } = await readJudgements({ url: urlOf(options.server), token }, startMs - BEFORE_MS);
  const match = matchLabels(labels, judgements, expectations());
  const report: ScoreReport = {
    ...{ server: options.server, labels: file, scenario, notScored, asOfMs },
    ...{ match, summary: summarise(match) },
  };
  if (options.json !== undefined) write(options.json, reportJson(report));
  if (options.html !== undefined) write(options.html, reportHtml(report));
  process.stdout.write(reportText(report));
}

/** The scenario that the labels are of: one's own word has to fit the file's. */
function scenarioOf(asked: string | undefined, labelled: string | undefined): string | undefined {
  if (asked === undefined) return labelled;
  const { name } = loadScenario(asked);
  if (labelled === undefined || labelled === name) return name;
  throw new GridwardenError('ARGUMENT_INVALID', `The labels are of scenario ${labelled}, not of ${name}`);
}

function expectations(): Map<string, Expectation> {
  return new Map(
    SCORE_KINDS.map(({ kind, finds, afterEnd, harmless }) => [
      kind,
      { finds, afterEndMs: durationMs(afterEnd), harmless: harmless === true },
    ]),
  );
}

function urlOf(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.href;
  throw new GridwardenError('ARGUMENT_INVALID', `--server ${text}: such as http://127.0.0.1:8080`);
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new GridwardenError('DIRECTORY_UNWRITABLE', `${file} cannot be written: ${messageOf(cause)}`, { cause });
  }
}

const program = new Command('score')
  .description('Compare what a server says is wrong with the labels of what is')
  .option('--scenario <name>', 'a scenario of simulators/scenarios, or a file; the labels must be of it')
  .requiredOption('--labels <file>', 'labels.json of a history, or any file of that form')
  .requiredOption('--server <url>', 'the server, such as http://127.0.0.1:8080')
  .option('--token-file <file>', 'holds the token, where the server asks for one')
  .option('--json <file>', 'write the whole result as JSON')
  .option('--html <file>', 'write it as one page with pictures')
  .action(score);

await program.parseAsync().catch(exitWith);
