import type { OutboxBackend } from '../../edge/outbox/backend.ts';

/** An outbox whose commits always succeed at once, and that keeps nothing: what an edge without a guarantee would do. */
export const nowhere: OutboxBackend = {
  open: async () => ({
    epochs: [],
    layouts: [],
    devices: [],
    tombstones: [],
    bdSeq: undefined,
    usedBytes: 0,
    notes: [],
  }),
  register: async (layouts) => layouts.map((_, index) => index + 1),
  commit: async () => ({ persisted: 'all', tombstones: [], losses: [], usedBytes: 0, notes: [] }),
  read: async () => ({ blocks: [], coveredTo: 0 }),
  compactOnce: async () => false,
  saveBdSeq: async () => {},
  close: async () => {},
};
