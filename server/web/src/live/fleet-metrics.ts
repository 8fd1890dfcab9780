/** The load of a device. */
export const LOAD_METRICS: readonly string[] = ['active_power'];

/** Temperatures of a transformer, by whatever name its sensor has for them. */
export const HEAT_METRICS: readonly string[] = [
  'temperature_oil_top',
  'temperature_oil',
  'temperature_winding',
  ...['a', 'b', 'c'].map((phase) => `temperature_winding_${phase}`),
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((input) => `temperature_${input}`),
];

/**
 * What the page hears of every device, whatever is open: few metrics, so that 10 000 devices are some 100 kB a second,
 * and of each kind of device one that it is sure to have, so that its freshness is known.
 */
export const FLEET_METRICS: readonly string[] = [...LOAD_METRICS, ...HEAT_METRICS, 'dissolved_hydrogen'];
