import { decodeIdentity } from '../modbus/identity.ts';
import type { DeviceModel } from '../profiles/model.ts';
import { isType, typeIn } from '../profiles/type-register.ts';
import { qualityCode } from '../protocol/quality.ts';
import { type MetricName, QUANTITIES } from '../protocol/quantities.ts';
import { isAnchor, keyBlocks } from './key-registers.ts';
import { plausibilityOf } from './plausible.ts';
import { bytesOf, numbersOf, type ReadValue, valueOfWords } from './read-value.ts';
import { powerOfTen } from './suspicions/factor.ts';
import { short } from './suspicions/suspicion.ts';

/** What a read for recognition brought: words, a refusal, or nothing (not asked, or silence). */
export type Evidence = { readonly words: readonly number[] } | 'refused' | 'nothing';

/** Gives the evidence for a range of registers. */
export type EvidenceOf = (read: {
  readonly functionCode: 3 | 4;
  readonly address: number;
  readonly count: number;
}) => Evidence;

/** One thing that speaks for or against a model. */
export interface Clue {
  readonly points: number;
  readonly text: string;
}

/** How well a model fits what a device answered. */
export interface Candidate {
  readonly model: DeviceModel;
  /** Share of the weight of all clues that speaks for the model, 0 to 100. */
  readonly score: number;
  /** Weight of what speaks for it: of two models that fit, the one that explains more is the better one. */
  readonly points: number;
  readonly clues: readonly Clue[];
  /** What the device says of itself: this model, another one, or nothing that is known. */
  readonly type: TypeVerdict;
  readonly serial?: string;
  readonly values: readonly ReadValue[];
}

export type TypeVerdict = 'this' | 'other' | 'unsaid';

export type Verdict = 'recognised' | 'several' | 'unknown';

export interface Recognition {
  readonly verdict: Verdict;
  /** Best first; only those worth a look. */
  readonly candidates: readonly Candidate[];
}

const NOT_AVAILABLE = qualityCode('not_available');

/** Weights of clues. A refused address that the model must have counts more than any one value. */
const POINTS = {
  block: 1,
  refused: -6,
  serial: 3,
  noSerial: -2,
  wide: 3,
  narrow: 1,
  absurd: -4,
  agrees: 4,
  dead: -1,
  unsaid: -1,
  type: 12,
} as const;

const LEAST_SCORE = 70;
const SURE_SCORE = 80;
const SURE_POINTS = 10;
/** The best candidate must lead by this to be the only one. */
const LEAD_POINTS = 3;
const LEAD_SCORE = 10;
const MOST_CANDIDATES = 5;

/**
 * Which models fit the evidence. One is recognised when it fits well, explains much and leads clearly; several are told
 * when they cannot be told apart, or nothing is certain; unknown is an answer, too. A device that says it is another model
 * is only ever perhaps this one, for want of a better.
 */
export function recognise(models: Iterable<DeviceModel>, evidence: EvidenceOf): Recognition {
  const fitting = [...models]
    .map((model) => scoreOf(model, evidence))
    .filter(
      ({ score, points, type, values }) =>
        score >= LEAST_SCORE && points > 0 && (type === 'this' || values.some(isAlive)),
    )
    .sort((a, b) => b.points - a.points || b.score - a.score || a.model.name.localeCompare(b.model.name));
  const unopposed = fitting.filter(({ type }) => type !== 'other');
  const candidates = unopposed.length > 0 ? unopposed : fitting;
  const [best, second] = candidates;
  if (best === undefined) return { verdict: 'unknown', candidates: [] };
  if (isSure(best) && leads(best, second))
    return { verdict: 'recognised', candidates: candidates.slice(0, MOST_CANDIDATES) };
  const near = isSure(best) ? candidates.filter(({ points }) => best.points - points < LEAD_POINTS) : candidates;
  return { verdict: 'several', candidates: near.slice(0, MOST_CANDIDATES) };
}

function isSure({ score, points, type, values }: Candidate): boolean {
  if (type === 'other') return false;
  return type === 'this' || (score >= SURE_SCORE && points >= SURE_POINTS && values.some(isAnchored) && differ(values));
}

/** What says the same everywhere is no device, whatever it says. */
function differ(values: readonly ReadValue[]): boolean {
  return new Set(values.flatMap(({ words = [] }) => words)).size > 2;
}

function leads(best: Candidate, second: Candidate | undefined): boolean {
  return second === undefined || best.points - second.points >= LEAD_POINTS || best.score - second.score >= LEAD_SCORE;
}

/** A value that few other words make: without one, zeros everywhere would fit everything. */
function isAlive({ metric, number }: ReadValue): boolean {
  return number !== undefined && plausibilityOf(metric, number) === 'plausible';
}

/** A voltage, a frequency or a temperature: an energy or a gas may be any number. */
function isAnchored(value: ReadValue): boolean {
  return isAnchor(value.metric) && isAlive(value);
}

/** Scores one model: its key registers, their agreement, and its identity register. */
export function scoreOf(model: DeviceModel, evidence: EvidenceOf): Candidate {
  const values: ReadValue[] = [];
  const clues: Clue[] = [];
  for (const block of keyBlocks(model)) {
    const answer = evidence(block);
    if (answer === 'nothing') continue;
    if (answer === 'refused') {
      clues.push({ points: POINTS.refused, text: `refuses ${rangeOf(block)}` });
      continue;
    }
    clues.push({ points: POINTS.block, text: `answers ${rangeOf(block)}` });
    for (const register of block.registers) {
      const from = register.address - block.address;
      values.push(valueOfWords(register, answer.words.slice(from, from + register.count)));
    }
  }
  const { serial, clues: serialClues } = serialOf(model, evidence);
  const type = typeOf(model, evidence);
  clues.push(...type.clues, ...serialClues, ...values.flatMap(valueClue), ...agreementClues(values));
  return { model, values, clues, type: type.verdict, ...totals(clues), ...(serial === undefined ? {} : { serial }) };
}

function totals(clues: readonly Clue[]): { score: number; points: number } {
  const sum = (sign: 1 | -1) => clues.reduce((total, { points }) => total + Math.max(0, sign * points), 0);
  const points = sum(1);
  const against = sum(-1);
  return { points: points - against, score: points === 0 ? 0 : Math.round((100 * points) / (points + against)) };
}

function rangeOf({ functionCode, address, count }: { functionCode: number; address: number; count: number }): string {
  return `function ${functionCode}, ${address} to ${address + count - 1}`;
}

function serialOf({ identity }: DeviceModel, evidence: EvidenceOf): { clues: Clue[]; serial?: string } {
  if (identity === undefined) return { clues: [] };
  const answer = evidence(identity);
  if (answer === 'nothing') return { clues: [] };
  if (answer === 'refused') return { clues: [{ points: POINTS.noSerial, text: 'refuses its serial number' }] };
  const serial = decodeIdentity(identity, bytesOf(answer.words));
  if (serial === undefined) return { clues: [] };
  return { clues: [{ points: POINTS.serial, text: `serial number ${serial}` }], serial };
}

/** What the device says of itself weighs more than all else; older versions may not have the register. */
function typeOf({ typeRegister }: DeviceModel, evidence: EvidenceOf): { verdict: TypeVerdict; clues: Clue[] } {
  if (typeRegister === undefined) return { verdict: 'unsaid', clues: [] };
  const answer = evidence(typeRegister);
  if (answer === 'nothing') return { verdict: 'unsaid', clues: [] };
  if (answer === 'refused') return unsaid('refuses its type register');
  const said = typeIn(typeRegister, answer.words);
  if (isType(typeRegister, said))
    return { verdict: 'this', clues: [{ points: POINTS.type, text: `says it is ${said}` }] };
  if (said === 0 || said === 0xffff || said === '') return unsaid('its type register is empty');
  return { verdict: 'other', clues: [{ points: -POINTS.type / 2, text: `says it is ${said}` }] };
}

function unsaid(text: string): { verdict: TypeVerdict; clues: Clue[] } {
  return { verdict: 'unsaid', clues: [{ points: POINTS.unsaid, text }] };
}

/** Wide numbers, and scaled voltages and frequencies, are hardly plausible by chance; a small integer often is. */
function valueClue({ metric, register, number, quality }: ReadValue): Clue[] {
  if (number === undefined) return quality === 0 ? [] : unreadableClue(metric, quality);
  const plausibility = plausibilityOf(metric, number);
  const text = `${metric} ${short(number)}`;
  if (plausibility === 'absurd') {
    // An input without a sensor shows an end of its range.
    const isOpen = QUANTITIES[metric].unit === '°C';
    return isOpen ? [] : [{ points: POINTS.absurd, text: `${text} is absurd` }];
  }
  // A model with three phases fits a meter of one phase, too, but for the phases that are not there.
  if (plausibility === 'possible') return number === 0 && isAnchor(metric) ? [{ points: POINTS.dead, text }] : [];
  const strong = register.count > 1 || metric === 'frequency' || (isAnchor(metric) && register.factor !== 1);
  return [{ points: strong ? POINTS.wide : POINTS.narrow, text }];
}

function unreadableClue(metric: MetricName, quality: number): Clue[] {
  // "Not available" is what a model says of an input without a sensor, and fits; a word that is no number does not.
  return quality === NOT_AVAILABLE ? [] : [{ points: POINTS.absurd, text: `${metric} is no number` }];
}

/** Values that confirm each other: power from voltage and current, line from phase voltage. */
function agreementClues(values: readonly ReadValue[]): Clue[] {
  const numbers = numbersOf(values);
  const get = (metric: MetricName) => numbers.get(metric) ?? 0;
  const clues: Clue[] = [];
  const kva = ((get('voltage_a') * get('current_a')) / 1000) * Math.abs(numbers.get('power_factor_a') ?? 1);
  if (kva > 0.05 && powerOfTen(get('active_power_a'), kva) === 0)
    clues.push({ points: POINTS.agrees, text: 'power of phase A is voltage times current' });
  const line = get('voltage_ab') / ((get('voltage_a') + get('voltage_b')) / 2);
  if (line > 1.6 && line < 1.85) clues.push({ points: POINTS.agrees, text: 'line voltage is √3 times phase voltage' });
  return clues;
}
