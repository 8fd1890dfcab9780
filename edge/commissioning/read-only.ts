import type {
  ModbusTransport,
  ReadFailure,
  ReadHandler,
  ReadRequest,
  WriteRequest,
} from '../modbus/transport/transport.ts';
import { GridwardenError } from '../platform/errors.ts';

const READING_FUNCTIONS: readonly number[] = [3, 4];

/**
 * A transport that reads and nothing else: whatever would write to a device is refused before it reaches the line. It
 * remembers the words that came in since `forget()`, because decoded values alone do not show a wrong word order.
 */
export class ReadOnlyTransport implements ModbusTransport {
  readonly #inner: ModbusTransport;
  readonly #words = new Map<string, number>();
  #lastFailure: ReadFailure | undefined;

  constructor(inner: ModbusTransport) {
    this.#inner = inner;
  }

  get isOpen(): boolean {
    return this.#inner.isOpen;
  }

  /** Why the last failed read failed; undefined when none has since `forget()`. */
  get lastFailure(): ReadFailure | undefined {
    return this.#lastFailure;
  }

  connect(timeoutMs: number): Promise<void> {
    return this.#inner.connect(timeoutMs);
  }

  readRegisters(request: ReadRequest, handler: ReadHandler): void {
    if (!READING_FUNCTIONS.includes(request.functionCode)) throw refused(request.functionCode);
    this.#inner.readRegisters(request, {
      onRegisters: (bytes) => {
        this.#remember(request, bytes);
        handler.onRegisters(bytes);
      },
      onFailure: (failure) => {
        this.#lastFailure = failure;
        handler.onFailure(failure);
      },
    });
  }

  writeRegisters(_request: WriteRequest, _handler: ReadHandler): never {
    throw refused(16);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  /** The words of registers that were read since `forget()`; undefined when one of them was not. */
  wordsAt(unit: number, register: Omit<ReadRequest, 'unit' | 'timeoutMs'>): number[] | undefined {
    const words: number[] = [];
    for (let i = 0; i < register.count; i++) {
      const word = this.#words.get(keyOf(unit, register.functionCode, register.address + i));
      if (word === undefined) return undefined;
      words.push(word);
    }
    return words;
  }

  forget(): void {
    this.#words.clear();
    this.#lastFailure = undefined;
  }

  #remember({ unit, functionCode, address, count }: ReadRequest, bytes: Uint8Array): void {
    for (let i = 0; i < count; i++) {
      const word = ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0);
      this.#words.set(keyOf(unit, functionCode, address + i), word);
    }
  }
}

function keyOf(unit: number, functionCode: number, address: number): string {
  return `${unit} ${functionCode} ${address}`;
}

function refused(functionCode: number): GridwardenError {
  return new GridwardenError('INTERNAL', `commissioning only reads; function ${functionCode} is refused`);
}
