import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A TCP proxy in front of a server: a test cuts the connections of a page, refuses new ones, or lets them hang without a
 * word, which is what a broken network looks like from a browser.
 */
export class CuttableProxy {
  readonly #server: Server;
  readonly #target: () => number;
  readonly #pairs = new Set<{ readonly page: Socket; readonly server: Socket }>();
  #isRefusing = false;
  #isHanging = false;

  constructor(target: () => number) {
    this.#target = target;
    this.#server = createServer((page) => this.#accept(page));
  }

  listen(port = 0): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => {
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  }

  /** Ends every connection; new ones are taken. */
  cut(): void {
    for (const { page, server } of this.#pairs) {
      page.destroy();
      server.destroy();
    }
  }

  /** New connections end at once, those that are there too, until told otherwise. */
  refuse(isRefusing: boolean): void {
    this.#isRefusing = isRefusing;
    if (isRefusing) this.cut();
  }

  /** Nothing passes any more in either direction; nobody is told. */
  hang(isHanging: boolean): void {
    this.#isHanging = isHanging;
    for (const { page, server } of this.#pairs) {
      if (isHanging) {
        page.pause();
        server.pause();
      } else {
        page.resume();
        server.resume();
      }
    }
  }

  close(): Promise<void> {
    this.cut();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #accept(page: Socket): void {
    page.on('error', () => page.destroy());
    if (this.#isRefusing) {
      page.destroy();
      return;
    }
    const server = connect(this.#target(), '127.0.0.1');
    const pair = { page, server };
    this.#pairs.add(pair);
    server.on('error', () => server.destroy());
    page.on('data', (data) => server.write(data)).on('close', () => server.destroy());
    server
      .on('data', (data) => page.write(data))
      .on('close', () => {
        page.destroy();
        this.#pairs.delete(pair);
      });
    if (this.#isHanging) {
      page.pause();
      server.pause();
    }
  }
}
