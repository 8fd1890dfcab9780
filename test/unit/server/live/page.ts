import type { Outgoing, Recipient } from '../../../../server/live/outgoing.ts';

/** A client that keeps what it is sent and is ready when told. */
export class Page implements Recipient {
  isReady = true;
  readonly messages: unknown[] = [];
  readonly bytes: Buffer[] = [];
  readonly refusals: string[] = [];

  canTake(): boolean {
    return this.isReady;
  }

  deliver({ bytes }: Outgoing): void {
    this.bytes.push(bytes);
    this.messages.push(JSON.parse(bytes.toString()));
  }

  refuse(id: string, code: string): void {
    this.refusals.push(`${id} ${code}`);
  }
}
