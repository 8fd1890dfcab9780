import type { Match, ScoredFault } from './match.ts';
import type { Summary } from './summary.ts';

/** A finished score, as the table, the JSON file and the page show it. */
export interface ScoreReport {
  readonly server: string;
  /** The labels file. */
  readonly labels: string;
  readonly scenario: string | undefined;
  readonly summary: Summary;
  readonly match: Match;
  readonly notScored: number;
  /** When the server was asked. */
  readonly asOfMs: number;
}

/** The report as JSON: the figures, each fault with its outcome, and what was said without one. Times are RFC 3339. */
export function reportJson({ server, labels, scenario, summary, match, notScored, asOfMs }: ScoreReport): string {
  const document = {
    format: 1,
    ...{ server, labels, scenario: scenario ?? null, notScored, asOf: timeOf(asOfMs) },
    ...summary,
    faults: match.faults.map(faultJson),
    said: match.falseOnes.map(({ source, code, subject, fromMs }) => ({ source, code, subject, from: timeOf(fromMs) })),
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}

function faultJson({ label, outcome, by, delayMs, sizeError }: ScoredFault) {
  return {
    kind: label.kind,
    device: label.device ?? null,
    area: label.area ?? null,
    start: timeOf(label.fromMs),
    end: timeOf(label.toMs),
    size: label.size ?? null,
    outcome,
    by: by === undefined ? null : { source: by.source, code: by.code, from: timeOf(by.fromMs) },
    daysToDetection: delayMs === undefined ? null : delayMs / 86_400_000,
    sizeError: sizeError ?? null,
  };
}

/** RFC 3339; null for what has no time, or goes on. */
export function timeOf(ms: number | undefined): string | null {
  return ms === undefined || !Number.isFinite(ms) ? null : new Date(ms).toISOString();
}
