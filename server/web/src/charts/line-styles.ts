/** How the n-th line of a page's charts is drawn: colour (a custom property of the style sheet) and dash, both different. */
export interface LineStyle {
  readonly colour: string;
  readonly dash: readonly number[];
}

export const LINE_STYLES: readonly LineStyle[] = [
  { colour: '--line-1', dash: [] },
  { colour: '--line-2', dash: [7, 3] },
  { colour: '--line-3', dash: [2, 3] },
  { colour: '--line-4', dash: [10, 3, 2, 3] },
  { colour: '--line-1', dash: [4, 4] },
  { colour: '--line-2', dash: [12, 4] },
  { colour: '--line-3', dash: [6, 2, 2, 2, 2, 2] },
  { colour: '--line-4', dash: [1, 4] },
];

export function lineStyle(index: number): LineStyle {
  return LINE_STYLES[index % LINE_STYLES.length] ?? { colour: '--line-1', dash: [] };
}
