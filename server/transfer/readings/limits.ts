/** What an import takes at most. A file that goes beyond keeps what is within; what is not is counted and said. */
export const LIMITS = {
  /** Characters of one record, quoted line breaks included. */
  recordChars: 64 * 1024,
  /** Lines that one record may run over. */
  recordLines: 20,
  columns: 2000,
  /** Characters of a device id. */
  deviceChars: 200,
  /** Series that one file may bring: each costs memory as long as the store is open. */
  seriesPerFile: 5_000_000,
  /** Values, and records, that are committed together. */
  batchValues: 50_000,
  /** Rows that are written into the file of rejects; more are only counted. */
  rejectRows: 1_000_000,
  /** Of a refused record, characters that the file of rejects keeps. */
  rejectChars: 500,
  /** A time ahead of the server's clock is no reading's. */
  futureMs: 5 * 60_000,
} as const;
