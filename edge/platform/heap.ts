import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 collect its old space when it has grown by more than half. By default it may first grow to several times what is
 * in use when the machine has much memory: what reading a large configuration leaves behind would stay for hours. To be
 * called before anything else is allocated; threads that are started later follow it, too.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=60');
}
