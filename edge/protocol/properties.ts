/** Keys of the properties that describe a metric in a birth, beside the quality (quality.ts). */

/** String: the unit. The specification names no key for it; Ignition and Tahu use this one. */
export const UNIT_PROPERTY = 'engUnit';
/** String: IEC 61968-9 reading type. */
export const READING_TYPE_PROPERTY = 'readingType';
/** Double: the value at which a register starts again from zero, in its unit; absent when it does not, or is not known. */
export const ROLLOVER_PROPERTY = 'rollover';
