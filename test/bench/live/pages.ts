import { once } from 'node:events';
import { WebSocket } from 'ws';
import { LIVE_PATH, SUBPROTOCOL, type Subscribe } from '../../../server/live/protocol.ts';

/** Many pages in one process. They acknowledge, but do not read what is in a frame: the server is measured. */
export class Pages {
  readonly #sockets: WebSocket[] = [];
  messages = 0;
  bytes = 0;

  /** Opens `count` pages; each subscribes to what `request` says for its number. */
  static async open(
    port: number,
    count: number,
    request: (page: number) => Omit<Subscribe, 'type' | 'id'>,
    acknowledges = true,
  ): Promise<Pages> {
    const pages = new Pages();
    for (let page = 0; page < count; page++) await pages.#open(port, request(page), acknowledges);
    return pages;
  }

  close(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  async #open(port: number, request: Omit<Subscribe, 'type' | 'id'>, acknowledges: boolean): Promise<void> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${LIVE_PATH}`, SUBPROTOCOL, { perMessageDeflate: false });
    this.#sockets.push(socket);
    socket.on('message', (data: Buffer) => {
      this.messages++;
      this.bytes += data.length;
      const frame = /"frame":(\d+)/.exec(data.toString('latin1', 0, 100))?.[1];
      if (frame !== undefined && acknowledges) socket.send(`{"type":"ack","frame":${frame}}`);
    });
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'subscribe', id: 'points', ...request }));
  }
}
