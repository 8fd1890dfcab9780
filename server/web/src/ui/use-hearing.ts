import { useEffect, useMemo, useState } from 'preact/hooks';
import { useCell, useServices } from './context.ts';
import { usePointTable } from './use-points.ts';

/** After the last change of what is in sight: a scroll passes by many rows. */
const SETTLE_MS = 300;

/**
 * Listens to devices in sight of which the page hears nothing otherwise (a foreign device without any of the usual
 * metrics), so that the age of their last reading is right.
 */
export function useHearing(ids: readonly string[]): void {
  const { fleet, devices, clock } = useServices();
  useCell(devices.structure);
  const unheard = ids.filter((id) => !fleet.hasDevice(id));
  const key = unheard.join('\n');
  const [settled, setSettled] = useState<readonly string[]>([]);
  useEffect(() => {
    const timer = clock.setTimer(SETTLE_MS, () => setSettled(unheard));
    return () => timer.cancel();
  }, [key, clock]);
  usePointTable(useMemo(() => ({ devices: settled, maxRate: 1 }), [settled]));
}
