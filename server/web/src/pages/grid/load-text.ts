import type { LineArea } from '../../contract.ts';
import type { Translate } from '../../i18n/translate.ts';
import { kwText, type Load } from './load.ts';

/** Rated power of an area's transformers together, kVA; 0 when there is none. */
export function ratedKva({ transformers }: LineArea): number {
  return transformers.reduce((sum, { ratedKva: one }) => sum + one, 0);
}

/** A load in words: never a number that is not current without saying so. */
export function loadText(load: Load, t: Translate): string {
  if (load.kind === 'none') return t('grid.noGateway');
  if (load.kind === 'missing') return t('grid.noReading');
  return load.kind === 'fresh' ? kwText(load.kw) : `${kwText(load.kw)} (${t('grid.oldReading')})`;
}

/** The load of an area in words, with what it is rated for; above that a sign and words say so. */
export function areaLoadText(area: LineArea, load: Load, t: Translate): string {
  const kva = ratedKva(area);
  const text = loadText(load, t);
  if (kva === 0 || !('kw' in load)) return text;
  const rated = t('grid.loadOf', { load: text, kva: String(kva) });
  return isOver(area, load) ? `▲ ${rated}, ${t('grid.loadOver')}` : rated;
}

/** Share of the rated power; undefined where one of the two is not known, or not current. */
export function shareOf(area: LineArea, load: Load): number | undefined {
  const kva = ratedKva(area);
  return load.kind === 'fresh' && kva > 0 ? Math.abs(load.kw) / kva : undefined;
}

export function isOver(area: LineArea, load: Load): boolean {
  return (shareOf(area, load) ?? 0) > 1;
}
