import { textTable, wrapped } from '../platform/text-table.ts';
import type { ModelCatalogue } from '../profiles/load.ts';
import type { DeviceModel } from '../profiles/model.ts';
import type { Console } from './console.ts';
import { recogniseUnit, type UnitRecognition } from './gather-evidence.ts';
import type { ProbeLine } from './probe-line.ts';
import type { Questions } from './questions.ts';
import type { Candidate } from './recognise.ts';
import { candidateDocument, candidateText, UNKNOWN_ADVICE } from './recognition-text.ts';

export interface ChooseOptions {
  readonly probe: ProbeLine;
  readonly unit: number;
  readonly models: ModelCatalogue;
  readonly console: Console;
  readonly questions: Questions | undefined;
  readonly json: boolean;
}

/** The model of the device at a unit: recognised, or chosen by a person; undefined when nobody can say. */
export async function chosenModel(options: ChooseOptions): Promise<DeviceModel | undefined> {
  const { probe, unit, models, console, questions, json } = options;
  const onProgress = (done: number, of: number) =>
    console.progress(`unit ${unit}: trying model ${done + 1} of ${of} …`);
  const { signal } = console;
  const recognition = await recogniseUnit(probe, unit, {
    models: models.values(),
    gapMs: probe.gapMs,
    signal,
    onProgress,
  });
  if (signal.aborted) {
    console.note('interrupted; nothing was written');
    return undefined;
  }
  const [best] = recognition.candidates;
  if (recognition.verdict === 'recognised' && best) {
    const serial = best.serial === undefined ? '' : `, serial number ${best.serial}`;
    console.note(
      `unit ${unit} is ${best.model.maker} ${best.model.product} (${best.model.name}, ${best.score} %${serial})`,
    );
    return best.model;
  }
  if (json) console.print(JSON.stringify(documentOf(unit, recognition)));
  if (!best) {
    const text = recognition.answered
      ? UNKNOWN_ADVICE
      : 'Nobody answers there. Find its unit with "scan"; look at power, wiring, baud rate and parity.';
    for (const line of wrapped(`unit ${unit}: ${text}`, console.width, '', '  ')) console.note(line);
    return undefined;
  }
  return chosenOf(recognition.candidates, options, questions);
}

function documentOf(unit: number, { answered, verdict, candidates }: UnitRecognition): object {
  return { command: 'init', ok: false, unit, answered, verdict, candidates: candidates.map(candidateDocument) };
}

async function chosenOf(
  candidates: readonly Candidate[],
  { unit, console }: ChooseOptions,
  questions: Questions | undefined,
): Promise<DeviceModel | undefined> {
  console.note(
    candidates.length === 1
      ? `unit ${unit} may be this, but that is not certain:`
      : `unit ${unit} may be one of these:`,
  );
  const table = textTable(
    [
      { title: '', align: 'right' },
      { title: 'model' },
      { title: 'score', align: 'right' },
      { title: 'serial' },
      { title: 'values' },
    ],
    candidates.map((candidate, i) => [String(i + 1), ...candidateText(candidate, false, false)]),
  );
  for (const line of table) console.note(line);
  if (questions === undefined) {
    console.note('→ say which with --model');
    return undefined;
  }
  const answer = Number(await questions.ask('Which one (number; 0: none of them)', '1'));
  return candidates[answer - 1]?.model;
}
