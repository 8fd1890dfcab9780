/** One figure of a benchmark, with what it is compared to in the same run. */
export interface Row {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  /** What was measured beside it, in words and figures. */
  readonly reference?: string;
  /** Our figure over the reference's. */
  readonly ratio?: number;
  /** What is wanted, in words. */
  readonly target?: string;
  readonly ok?: boolean;
  readonly note?: string;
}

export interface Bench {
  readonly name: string;
  run(): Promise<Row[]>;
}
