/** How long points are kept, by class. */
export interface Retention {
  readonly fastMs: number;
  readonly registersMs: number;
}
