/**
 * Follows the frames of an MQTT byte stream by their fixed headers (MQTT 3.1.1, section 2.2.3) without looking inside,
 * so that a packet above the limit is noticed at its header and never collected. The broker library has no such limit:
 * it would gather up to 256 MiB for one packet.
 */
export class FrameGuard {
  readonly #maxBytes: number;
  /** Bytes of the packet's body that are still to come. */
  #bodyLeft = 0;
  #inHeader = true;
  #length = 0;
  #shift = 0;
  #typeSeen = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes the next bytes. False when a packet is too large, or its length is not one: the stream cannot go on. */
  accept(chunk: Uint8Array): boolean {
    let position = 0;
    while (position < chunk.length) {
      if (!this.#inHeader) {
        const taken = Math.min(this.#bodyLeft, chunk.length - position);
        this.#bodyLeft -= taken;
        position += taken;
        this.#inHeader = this.#bodyLeft === 0;
      } else if (!this.#typeSeen) {
        this.#typeSeen = true;
        position += 1;
      } else if (!this.#acceptLength(chunk[position++] ?? 0)) {
        return false;
      }
    }
    return true;
  }

  #acceptLength(byte: number): boolean {
    this.#length += (byte & 0x7f) * 2 ** this.#shift;
    this.#shift += 7;
    if (this.#length > this.#maxBytes) return false;
    if ((byte & 0x80) !== 0) return this.#shift < 28;
    this.#bodyLeft = this.#length;
    this.#inHeader = this.#bodyLeft === 0;
    this.#length = 0;
    this.#shift = 0;
    this.#typeSeen = false;
    return true;
  }
}
