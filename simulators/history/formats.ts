export const HISTORY_FORMATS = ['parquet', 'csv', 'influx'] as const;
export type HistoryFormat = (typeof HISTORY_FORMATS)[number];

export const EXTENSION: Readonly<Record<HistoryFormat, string>> = { parquet: 'parquet', csv: 'csv', influx: 'lp' };
