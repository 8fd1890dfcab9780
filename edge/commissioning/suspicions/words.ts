import { type Decoder, decoderOf } from '../../modbus/decode.ts';
import { qualityOf } from '../../protocol/quality.ts';
import { QUANTITIES } from '../../protocol/quantities.ts';
import { plausibilityOf } from '../plausible.ts';
import { type ReadValue, valueOfWords } from '../read-value.ts';
import { type Suspicion, short } from './suspicion.ts';

interface Order {
  readonly name: string;
  readonly change: (decoder: Decoder) => Decoder;
}

const ORDERS: readonly Order[] = [
  { name: 'words swapped', change: (decoder) => ({ ...decoder, lowFirst: !decoder.lowFirst }) },
  { name: 'bytes swapped', change: (decoder) => ({ ...decoder, swapped: !decoder.swapped }) },
  {
    name: 'words and bytes swapped',
    change: (decoder) => ({ ...decoder, lowFirst: !decoder.lowFirst, swapped: !decoder.swapped }),
  },
];

/** Share of the absurd numbers that may stay absurd in another order, and how many must be absurd to begin with. */
const STILL_ABSURD = 0.2;
const LEAST_ABSURD = 2;
const LEAST_ABSURD_SHARE = 0.3;

/** Numbers that are absurd as the model reads them, and plausible with their words (or bytes) the other way round. */
export function wordSuspicions(values: readonly ReadValue[]): Suspicion[] {
  const judged = values.filter((value) => value.words?.some((word) => word !== 0) && hasOrder(value));
  const absurd = judged.filter(isAbsurd);
  if (absurd.length < LEAST_ABSURD || absurd.length < LEAST_ABSURD_SHARE * judged.length) return [];
  const tried = ORDERS.map((order) => ({ order, changed: judged.map((value) => reordered(value, order)) }));
  const best = tried
    .map((one) => ({
      ...one,
      absurd: one.changed.filter(isAbsurd).length,
      anchors: one.changed.filter(isAnchor).length,
    }))
    .sort((a, b) => a.absurd - b.absurd || b.anchors - a.anchors)[0];
  if (best === undefined || best.absurd > STILL_ABSURD * absurd.length || best.anchors === 0) return [];
  return [suspicionOf(best.order, absurd, judged.length)];
}

function hasOrder({ metric }: ReadValue): boolean {
  return QUANTITIES[metric].kind !== 'status';
}

/** Words that are no number at all are absurd, too; those that mean "not available" are not. */
function isAbsurd({ metric, number, quality }: ReadValue): boolean {
  if (number === undefined) return qualityOf(quality) === 'out_of_range';
  return plausibilityOf(metric, number) === 'absurd';
}

/** A value that only a right order gives: few words make a voltage, a frequency or a temperature. */
function isAnchor({ metric, number }: ReadValue): boolean {
  return (
    number !== undefined &&
    ['V', 'Hz', '°C'].includes(QUANTITIES[metric].unit) &&
    plausibilityOf(metric, number) === 'plausible'
  );
}

function reordered({ register, words }: ReadValue, { change }: Order): ReadValue {
  return valueOfWords(register, words ?? [], change(decoderOf(register)));
}

function suspicionOf(order: Order, absurd: readonly ReadValue[], judged: number): Suspicion {
  const examples = absurd.slice(0, 2).map((value) => {
    const { unit } = QUANTITIES[value.metric];
    const other = reordered(value, order).number;
    return `${value.metric} ${shown(value.number)} ${unit}, ${order.name} ${shown(other)} ${unit}`;
  });
  return {
    code: 'words_swapped',
    metrics: absurd.map(({ metric }) => metric),
    text: `${absurd.length} of ${judged} numbers are absurd as read and plausible with ${order.name}: ${examples.join('; ')}`,
    advice:
      'Look for a setting of the device (register or word order); in a model of your own change `wordOrder:` (or `byteOrder:`).',
    numbers: { absurd: absurd.length, judged },
  };
}

function shown(number: number | undefined): string {
  return number === undefined ? 'no number' : short(number);
}
