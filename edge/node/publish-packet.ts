/** Type and flags of PUBLISH: QoS 0, not retained, no duplicate (MQTT 3.1.1 and 5, section 3.3.1). */
const PUBLISH = 0x30;

/**
 * A PUBLISH packet at QoS 0. It needs no state of the connection, so that a message a reading need not go through all
 * that mqtt.js does for any packet, which costs as much as encoding its payload.
 */
export function publishPacket(topic: string, payload: Uint8Array, isV5: boolean): Buffer {
  const topicBytes = Buffer.byteLength(topic);
  // MQTT 5 has the length of the properties, which is zero here, between topic and payload.
  const length = 2 + topicBytes + (isV5 ? 1 : 0) + payload.length;
  const packet = Buffer.allocUnsafe(1 + variableLengthBytes(length) + length);
  packet[0] = PUBLISH;
  let at = writeVariableLength(packet, 1, length);
  at = packet.writeUInt16BE(topicBytes, at);
  at += packet.write(topic, at);
  if (isV5) packet[at++] = 0;
  packet.set(payload, at);
  return packet;
}

/** Section 2.2.3 of 3.1.1: seven bits a byte, the lowest first. */
function writeVariableLength(packet: Buffer, start: number, length: number): number {
  let at = start;
  let rest = length;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) packet[at++] = (rest & 0x7f) | 0x80;
  packet[at++] = rest;
  return at;
}

function variableLengthBytes(length: number): number {
  let bytes = 1;
  for (let rest = length; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes += 1;
  return bytes;
}
