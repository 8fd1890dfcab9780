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

  -- Series with their numbers, for stores that keep no dictionary of their own.
  CREATE TABLE store_series (
    number INTEGER PRIMARY KEY, device TEXT NOT NULL, metric TEXT NOT NULL, kind TEXT NOT NULL, poll_class TEXT NOT NULL
  ) STRICT;

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

  -- Alert events in the order they were decided. seq goes on over all runs of the server; the epoch names the run that
  -- wrote the event, so that a position in a log that a backup replaced is not taken for one of this log.
  CREATE TABLE alert_event (
    seq INTEGER PRIMARY KEY, epoch TEXT NOT NULL, alert TEXT NOT NULL, transition TEXT NOT NULL,
    at_ms INTEGER NOT NULL, source_ms INTEGER NOT NULL, actor TEXT NOT NULL, reason TEXT,
    snapshot TEXT NOT NULL
  ) STRICT;

  -- One activation of an alarm each, as it was last; its state follows from the alarm's facts. seq is that of the event
  -- that raised it.
  CREATE TABLE alert (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, rule TEXT NOT NULL, subject TEXT NOT NULL, metric TEXT, severity TEXT NOT NULL,
    text_en TEXT NOT NULL, text_zh TEXT NOT NULL, value REAL, limit_value REAL, unit TEXT,
    state TEXT NOT NULL, active INTEGER NOT NULL, acknowledged INTEGER NOT NULL,
    raised_ms INTEGER NOT NULL, cleared_ms INTEGER, acknowledged_ms INTEGER, acknowledged_by TEXT, superseded_by TEXT
  ) STRICT;
  CREATE INDEX alert_by_time ON alert (raised_ms, seq);
  CREATE INDEX alert_by_subject ON alert (subject, raised_ms);
  CREATE INDEX alert_not_normal ON alert (raised_ms, seq) WHERE state <> 'A';

  -- The independent facts (ISA-18.2) of each alarm that is not plainly normal. metric is '' for an alarm of none.
  CREATE TABLE alarm (
    rule TEXT NOT NULL, subject TEXT NOT NULL, metric TEXT NOT NULL, alert TEXT,
    active INTEGER NOT NULL, acknowledged INTEGER NOT NULL,
    shelved_until_ms INTEGER, shelved_by TEXT, shelved_reason TEXT,
    suppressed INTEGER NOT NULL, out_of_service INTEGER NOT NULL,
    PRIMARY KEY (rule, subject, metric)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
    subject TEXT NOT NULL, detail TEXT NOT NULL
  ) STRICT;
  `,
  `
  -- The values that went with the records, as JSON; null where they are not known.
  ALTER TABLE tombstone ADD COLUMN losses TEXT;
  CREATE INDEX tombstone_latest ON tombstone (node, received_ms DESC, epoch, from_n);

  -- What all explanations together mean for a device: of each metric of the set so many values. The times are those of
  -- the records that the explanations are about.
  CREATE TABLE device_loss (
    device TEXT NOT NULL, node TEXT NOT NULL, reason TEXT NOT NULL, metrics TEXT NOT NULL, records INTEGER NOT NULL,
    from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, PRIMARY KEY (device, node, reason, metrics)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Files of readings that were or are being imported. id is a hash of the content and of how it is read; batches are those
  -- that are stored, in the order of the file; what was refused stands in a file of rejects, so many bytes of it.
  CREATE TABLE import_file (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, bytes INTEGER NOT NULL, options TEXT NOT NULL, actor TEXT NOT NULL,
    done INTEGER NOT NULL, batches INTEGER NOT NULL, records INTEGER NOT NULL, stored INTEGER NOT NULL, missing INTEGER NOT NULL,
    refused INTEGER NOT NULL, rejects_bytes INTEGER NOT NULL, from_ms INTEGER, to_ms INTEGER,
    begun_ms INTEGER NOT NULL, changed_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX import_file_by_time ON import_file (begun_ms);
  `,
  `
  -- Changes of the grid, each one transaction. at_ms grows from change to change, so that a moment names one state of knowledge.
  CREATE TABLE grid_change (
    number INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL UNIQUE, actor TEXT NOT NULL, action TEXT NOT NULL,
    reason TEXT, correction INTEGER NOT NULL
  ) STRICT;

  -- What was so of a thing in [from_ms, to_ms), as it was known in [recorded_ms, replaced_ms); replaced_ms is null for what is
  -- known now. Open ends are the ends of the calendar, -8.64e15 and 8.64e15. fields: JSON.
  CREATE TABLE grid_row (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,
    recorded_ms INTEGER NOT NULL, replaced_ms INTEGER, change INTEGER NOT NULL REFERENCES grid_change (number),
    replaced_by INTEGER REFERENCES grid_change (number), fields TEXT NOT NULL,
    CHECK (from_ms < to_ms), CHECK (replaced_ms > recorded_ms), CHECK ((replaced_ms IS NULL) = (replaced_by IS NULL))
  ) STRICT;
  CREATE UNIQUE INDEX grid_row_known ON grid_row (kind, id, from_ms) WHERE replaced_ms IS NULL;
  CREATE INDEX grid_row_by_thing ON grid_row (kind, id, recorded_ms);
  CREATE TRIGGER grid_row_overlap BEFORE INSERT ON grid_row WHEN EXISTS (
    SELECT 1 FROM grid_row WHERE kind = NEW.kind AND id = NEW.id AND replaced_ms IS NULL
      AND from_ms < NEW.to_ms AND to_ms > NEW.from_ms
  ) BEGIN SELECT RAISE(ABORT, 'rows of one thing overlap'); END;
  `,
  `
  -- Explanations, and losses of devices, are bounded in age and number. What is beyond is counted here.
  CREATE TABLE explanation_sum (
    node TEXT NOT NULL, reason TEXT NOT NULL, explanations INTEGER NOT NULL, records INTEGER NOT NULL,
    lost_values INTEGER NOT NULL, device_values INTEGER NOT NULL, from_ms INTEGER, to_ms INTEGER,
    PRIMARY KEY (node, reason)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX device_loss_latest ON device_loss (node, to_ms);

  -- Which records those explanations were about, of runs whose numbers are not forgotten yet.
  CREATE TABLE explained_range (
    node TEXT NOT NULL, epoch TEXT NOT NULL, reason TEXT NOT NULL, from_n INTEGER NOT NULL, to_n INTEGER NOT NULL,
    PRIMARY KEY (node, epoch, reason, from_n)
  ) STRICT, WITHOUT ROWID;

  -- Forgotten runs of long ago, as one sum.
  CREATE TABLE ended_runs (
    node TEXT PRIMARY KEY, runs INTEGER NOT NULL, last_n INTEGER NOT NULL, stored INTEGER NOT NULL,
    explained INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Days of devices of which something derived is to be computed anew, both included, local dates; ranges of one device do
  -- not touch. A mark is never used again: days that are marked once more have a new one.
  CREATE TABLE dirty_day (
    mark INTEGER PRIMARY KEY AUTOINCREMENT, device TEXT NOT NULL, from_day TEXT NOT NULL, to_day TEXT NOT NULL,
    reason TEXT NOT NULL, marked_ms INTEGER NOT NULL, CHECK (from_day <= to_day)
  ) STRICT;
  CREATE INDEX dirty_day_by_device ON dirty_day (device, from_day);
  `,
];
