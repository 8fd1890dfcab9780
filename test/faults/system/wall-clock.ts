import { existsSync, writeFileSync } from 'node:fs';
import { findFaketime } from '../../parts/find.ts';

/** Where distributions put the library that stands behind the `faketime` command; LIB is expanded by the loader. */
const LIBRARIES = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib/faketime/libfaketimeMT.so.1',
  '/usr/lib64/faketime/libfaketimeMT.so.1',
] as const;

/** The library that fakes the wall clock of a process, or why there is none. */
export function findClockLibrary(): { readonly library: string } | { readonly reason: string } {
  const library = LIBRARIES.find((path) => existsSync(path));
  if (library !== undefined) return { library };
  const program = findFaketime();
  return { reason: program.found ? 'the library of faketime is in none of its usual places' : program.reason };
}

/** The wall clock of one process, which steps while it runs; its monotonic clock goes on. */
export class SteppedClock {
  readonly #library: string;
  readonly #file: string;

  constructor(library: string, file: string) {
    this.#library = library;
    this.#file = file;
    this.step(0);
  }

  /** Puts the clock this far from the machine's. */
  step(offsetMs: number): void {
    const seconds = offsetMs / 1000;
    writeFileSync(this.#file, `${seconds >= 0 ? '+' : ''}${seconds}\n`);
  }

  /** What stands before a command whose clock this is. */
  commandPrefix(): string[] {
    return [
      '/usr/bin/env',
      `LD_PRELOAD=${this.#library}`,
      `FAKETIME_TIMESTAMP_FILE=${this.#file}`,
      'FAKETIME_NO_CACHE=1',
      'FAKETIME_DONT_FAKE_MONOTONIC=1',
      'DONT_FAKE_MONOTONIC=1',
    ];
  }
}
