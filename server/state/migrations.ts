/**
 * The schema of the state file, as a list of steps: step k takes version k to k + 1. A step that was released is never
 * changed; what is new is a new step.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

  -- Ranges of record numbers that the store has, for stores that cannot keep them in the points' own transaction.
  CREATE TABLE received_range (
    node TEXT NOT NULL, epoch TEXT NOT NULL, from_n INTEGER NOT NULL, to_n INTEGER NOT NULL,
    PRIMARY KEY (node, epoch, from_n)
  ) STRICT, WITHOUT ROWID;

  -- What the host remembers of each node and device over a restart.
  CREATE TABLE agent (
    agent TEXT PRIMARY KEY, epoch TEXT, first_seen_ms INTEGER NOT NULL, last_seen_ms INTEGER NOT NULL,
    rejected_values INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE device (
    device TEXT PRIMARY KEY, agent TEXT NOT NULL, model TEXT, kind TEXT NOT NULL, serial TEXT,
    first_seen_ms INTEGER NOT NULL, last_seen_ms INTEGER NOT NULL
  ) STRICT;

  -- Epochs of a node: how far each was taken, and what is left of those that ended once their ranges are forgotten.
  CREATE TABLE delivery_stream (
    node TEXT NOT NULL, epoch TEXT NOT NULL, last_n INTEGER NOT NULL, closed INTEGER NOT NULL DEFAULT 0,
    forgotten INTEGER NOT NULL DEFAULT 0, stored INTEGER NOT NULL DEFAULT 0, explained INTEGER NOT NULL DEFAULT 0,
    seen_ms INTEGER NOT NULL, PRIMARY KEY (node, epoch)
  ) STRICT, WITHOUT ROWID;

  -- Where the clock of a device's readings went back within a run: records after n whose time is not after until_ms are
  -- conflicts, also when they are sent again after a restart of the host.
  CREATE TABLE clock_conflict (
    node TEXT NOT NULL, epoch TEXT NOT NULL, device TEXT NOT NULL, poll_class TEXT NOT NULL,
    after_n INTEGER NOT NULL, until_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL,
    PRIMARY KEY (node, epoch, device, poll_class, after_n)
  ) STRICT, WITHOUT ROWID;

  -- Records that an edge gave up, or that nobody will ever see, with the reason.
  CREATE TABLE tombstone (
    node TEXT NOT NULL, epoch TEXT NOT NULL, from_n INTEGER NOT NULL, to_n INTEGER NOT NULL,
    records INTEGER NOT NULL, reason TEXT NOT NULL, devices TEXT NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,
    received_ms INTEGER NOT NULL, PRIMARY KEY (node, epoch, from_n)
  ) STRICT, WITHOUT ROWID;

  -- Alert events in the order they were decided; (epoch, seq) is what the live stream and its readers count on.
  CREATE TABLE alert_event (
    epoch TEXT NOT NULL, seq INTEGER NOT NULL, alert TEXT NOT NULL, at_ms INTEGER NOT NULL, source_ms INTEGER NOT NULL,
    transition TEXT NOT NULL, actor TEXT NOT NULL, reason TEXT, fact TEXT NOT NULL,
    PRIMARY KEY (epoch, seq)
  ) STRICT, WITHOUT ROWID;

  -- The independent facts of each alert occurrence (ISA-18.2): the displayed state is derived from them.
  CREATE TABLE alert (
    id TEXT PRIMARY KEY, rule TEXT NOT NULL, subject TEXT NOT NULL, metric TEXT, severity TEXT NOT NULL,
    text_en TEXT NOT NULL, text_zh TEXT NOT NULL, value REAL, limit_value REAL, unit TEXT,
    active INTEGER NOT NULL, acknowledged INTEGER NOT NULL, shelved_until_ms INTEGER, shelved_by TEXT, shelved_reason TEXT,
    suppressed INTEGER NOT NULL DEFAULT 0, out_of_service INTEGER NOT NULL DEFAULT 0,
    raised_ms INTEGER NOT NULL, cleared_ms INTEGER, acknowledged_ms INTEGER, acknowledged_by TEXT
  ) STRICT;
  CREATE INDEX alert_by_time ON alert (raised_ms DESC);
  CREATE INDEX alert_by_subject ON alert (subject, rule);

  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
    subject TEXT NOT NULL, detail TEXT NOT NULL
  ) STRICT;
  `,
];
