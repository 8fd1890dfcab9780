/** Levels of the tree that the page shows something of. */
export const LEVELS = ['districts', 'substations', 'feeders', 'areas'] as const;
export type Level = (typeof LEVELS)[number];

/** What is chosen; an id of null is what names no parent. */
export interface Selection {
  readonly level: Level;
  readonly id: string | null;
}

/** The selection in an address, such as `feeders/F-1`; undefined for anything else. */
export function selectionOf(text: string | null): Selection | undefined {
  const slash = text?.indexOf('/') ?? -1;
  if (text === null || slash < 0) return undefined;
  const level = LEVELS.find((one) => one === text.slice(0, slash));
  const id = text.slice(slash + 1);
  return level && { level, id: id === '' ? null : id };
}

/** Names a branch of the tree: an id is one of its level. */
export function branchKey(level: string, id: string | null): string {
  return `${level}/${id ?? ''}`;
}
