import { type Decoder, decodeInto, decoderOf } from '../modbus/decode.ts';
import type { ModelRegister } from '../profiles/model.ts';
import { GOOD, type QualityCode, qualityOf } from '../protocol/quality.ts';
import type { MetricName } from '../protocol/quantities.ts';

/** One register of a device as it was read once. */
export interface ReadValue {
  readonly metric: MetricName;
  readonly register: ModelRegister;
  /** As they stood in the frame; absent when the device gave none. */
  readonly words?: readonly number[];
  /** In the catalogue's unit; absent when the quality is not good. */
  readonly value?: number;
  /**
   * In the catalogue's unit, also when it is beyond what the catalogue takes for physical: what a wrong scale or word
   * order makes of the register. Absent when there were no words, or they mean "not available", or are no number.
   */
  readonly number?: number;
  readonly quality: QualityCode;
}

/** Numbers by metric, as suspicions look at them: those that are out of range, too. */
export type Numbers = ReadonlyMap<MetricName, number>;

/** The numbers of a reading; of metrics that have none, nothing. */
export function numbersOf(values: readonly ReadValue[]): Numbers {
  return new Map(values.flatMap(({ metric, number }) => (number === undefined ? [] : [[metric, number] as const])));
}

/** Decodes the words of one register. `decoder` may read them in another order than the model says. */
export function valueOfWords(register: ModelRegister, words: readonly number[], decoder?: Decoder): ReadValue {
  const bytes = bytesOf(words);
  const decode = decoder ?? decoderOf(register);
  const [value, quality] = decodeOne(decode, bytes);
  const [number] = decodeOne({ ...decode, min: -Number.MAX_VALUE, max: Number.MAX_VALUE }, bytes);
  return {
    metric: register.metric,
    register,
    words,
    quality,
    ...(quality === GOOD ? { value } : {}),
    ...(Number.isFinite(number) && qualityOf(quality) !== 'not_available' ? { number } : {}),
  };
}

function decodeOne(decoder: Decoder, bytes: Uint8Array): readonly [number, QualityCode] {
  const values = new Float64Array(1);
  const quality = new Uint8Array(1);
  decodeInto(decoder, bytes, 0, values, quality, 0);
  return [values[0] ?? Number.NaN, quality[0] ?? GOOD];
}

/** The bytes of words as they stand in a frame. */
export function bytesOf(words: readonly number[]): Uint8Array {
  return Uint8Array.from(words.flatMap((word) => [word >> 8, word & 0xff]));
}
