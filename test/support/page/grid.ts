/** A made-up grid for tests of its page, as tables. */
export interface MadeGrid {
  /** Areas of the first feeder; the second has one. */
  readonly areas: number;
  /** Customers of the first area. */
  readonly meters: number;
}

const number = (n: number) => String(n).padStart(4, '0');

/**
 * District D-1, substation S-1, feeders F-1 and F-2. Of area A-0001 the gateway is the device M-00002 (ratio 2) and the first
 * customers are M-00003 and so on, which a made-up district has; the others report nothing.
 */
export function madeGrid({ areas, meters }: MadeGrid): Record<string, string> {
  const ids = Array.from({ length: areas }, (_, i) => number(i + 1));
  const gateway = (n: string) => (n === '0001' ? 'M-00002' : `G-${n}`);
  const customers = Array.from({ length: meters }, (_, i) => `M-${String(i + 3).padStart(5, '0')}`);
  return {
    'districts.csv': 'id,name\nD-1,河东\n',
    'substations.csv': 'id,name,district\nS-1,东站,D-1\n',
    'feeders.csv': 'id,name,substation\nF-1,一号线,S-1\nF-2,二号线,S-1\n',
    'areas.csv': `id,name,feeder\n${ids.map((n) => `A-${n},台区 ${n},F-1\n`).join('')}B-0001,别处,F-2\n`,
    'transformers.csv': `id,area,ratedKva\n${ids.map((n) => `T-${n},A-${n},${n === '0001' ? 100 : 400}\n`).join('')}`,
    'meters.csv': [
      'id,area,role,phase,multiplier',
      ...ids.map((n) => `${gateway(n)},A-${n},gateway,abc,2`),
      ...customers.map((id, i) => `${id},A-0001,customer,${'abc'[i % 3]},1`),
      '',
    ].join('\n'),
  };
}
