import type { IdentityRegister } from '../profiles/model.ts';

/** The serial number in the bytes that were read for it; undefined when they hold nothing usable. */
export function decodeIdentity(identity: IdentityRegister, bytes: Uint8Array): string | undefined {
  const canonical = inOrder(identity, bytes);
  if (identity.type === 'ascii') return asciiText(canonical);
  if (identity.type === 'ascii-low') return asciiText(canonical.filter((_, index) => index % 2 === 1));
  return serialNumber(canonical);
}

/** The bytes with word and byte order undone: most significant first. Texts keep the order of their words. */
function inOrder(identity: IdentityRegister, bytes: Uint8Array): Uint8Array {
  const { offset, width } = identity;
  const own = bytes.subarray(2 * offset, 2 * (offset + width));
  const words = Array.from({ length: width }, (_, i) => [own[2 * i] ?? 0, own[2 * i + 1] ?? 0]);
  if (identity.wordOrder === 'low-first' && !identity.type.startsWith('ascii')) words.reverse();
  return Uint8Array.from(words.flatMap((word) => (identity.byteOrder === 'little' ? word.reverse() : word)));
}

function asciiText(bytes: Uint8Array): string | undefined {
  const text = String.fromCharCode(...bytes)
    .replace(/\0.*$/s, '')
    .trim();
  // Anything unprintable is an unset register or the wrong one, not a name.
  return /^[\x20-\x7e]+$/.test(text) ? text : undefined;
}

/** Decimal digits; all zeros or all ones mean that none was set. */
function serialNumber(bytes: Uint8Array): string | undefined {
  let value = 0n;
  for (const byte of bytes) value = value * 256n + BigInt(byte);
  const unset = value === 0n || bytes.every((byte) => byte === 0xff);
  return unset ? undefined : value.toString();
}
