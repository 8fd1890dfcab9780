export interface FleetLayout {
  readonly count: number;
  readonly columns: number;
  /** Side of a cell with its gap, in CSS pixels. */
  readonly pitch: number;
  readonly width: number;
  readonly height: number;
}

const MAX_PITCH = 20;
const MIN_PITCH = 4;

/** The largest cells with which all devices fit; as large as is pleasant when they are few. */
export function fleetLayout(count: number, width: number, height: number): FleetLayout {
  let pitch = MAX_PITCH;
  while (pitch > MIN_PITCH && Math.floor(width / pitch) * Math.floor(height / pitch) < count) pitch -= 1;
  return { count, columns: Math.max(1, Math.floor(width / pitch)), pitch, width, height };
}

/** Position in the list of the cell at a point; undefined where there is none. */
export function cellAt(layout: FleetLayout, x: number, y: number): number | undefined {
  const column = Math.floor(x / layout.pitch);
  const index = Math.floor(y / layout.pitch) * layout.columns + column;
  return column < 0 || column >= layout.columns || index < 0 || index >= layout.count ? undefined : index;
}
