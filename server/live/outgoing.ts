import type { ErrorCode } from '../../edge/platform/errors.ts';

/** A message on its way to clients: encoded once, however many get it. */
export interface Outgoing {
  readonly bytes: Buffer;
  /** Its name in acknowledgements; undefined where none is wanted. */
  readonly frame: number | undefined;
}

/** What the topics need of a client. */
export interface Recipient {
  /** Whether another message may be sent now; with `acknowledged`, whether the window is open, too. */
  canTake(acknowledged: boolean): boolean;
  deliver(message: Outgoing): void;
  /** Tells the client that a subscription is ended, and why. */
  refuse(id: string, code: ErrorCode, message: string): void;
}

/** Names for frames: each used once a process. */
export class FrameNames {
  #last = 0;

  next(): number {
    return ++this.#last;
  }
}

/** One body under the names that clients gave their subscriptions: clients that use the same name share the bytes. */
export class SharedMessage {
  readonly #encode: (id: string) => Outgoing;
  readonly #byId = new Map<string, Outgoing>();

  constructor(encode: (id: string) => Outgoing) {
    this.#encode = encode;
  }

  for(id: string): Outgoing {
    let message = this.#byId.get(id);
    if (!message) {
      message = this.#encode(id);
      this.#byId.set(id, message);
    }
    return message;
  }
}
