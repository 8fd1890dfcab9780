/** Values of a made-up district: smooth over the day, with a little noise, the same for the same device and time. */

const DAY_MS = 86_400_000;

/** Uniform in [0, 1), from the text. */
export function hashOf(text: string): number {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  return ((hash >>> 0) % 100_003) / 100_003;
}

function noise(seed: number, timeMs: number): number {
  const x = Math.sin(seed * 1e4 + Math.floor(timeMs / 1000) * 12.9898) * 43758.5453;
  return x - Math.floor(x) - 0.5;
}

function load(seed: number, timeMs: number): number {
  const day = 0.5 - 0.5 * Math.cos((2 * Math.PI * (timeMs - DAY_MS / 6)) / DAY_MS);
  const fast = Math.sin((2 * Math.PI * timeMs) / 600_000 + seed * 20);
  return Math.max(0.02, 0.25 + 0.6 * day + 0.1 * fast + 0.05 * noise(seed, timeMs));
}

type Shape = (seed: number, timeMs: number) => number;

const ENERGY_START_MS = Date.UTC(2025, 0, 1);
const power: Shape = (seed, timeMs) => (1 + 40 * seed * seed) * load(seed, timeMs);
const voltage =
  (phase: number): Shape =>
  (seed, timeMs) =>
    231 + phase - 4 * load(seed, timeMs) + noise(seed + phase, timeMs);
const temperature: Shape = (seed, timeMs) => 28 + 30 * seed + 16 * load(seed, timeMs - 3_600_000);

const SHAPES: readonly (readonly [RegExp, Shape])[] = [
  [/^active_power_/, (seed, timeMs) => power(seed, timeMs) / 3],
  [/^active_power$/, power],
  [/^reactive_power/, (seed, timeMs) => 0.3 * power(seed, timeMs)],
  [/^apparent_power/, (seed, timeMs) => 1.05 * power(seed, timeMs)],
  [/^power_factor/, (seed, timeMs) => 0.95 + 0.02 * noise(seed, timeMs)],
  [/^voltage_a$/, voltage(0)],
  [/^voltage_b$/, voltage(0.7)],
  [/^voltage_c$/, voltage(-0.6)],
  [/^voltage_/, (seed, timeMs) => 1.73 * voltage(0)(seed, timeMs)],
  [/^current_/, (seed, timeMs) => (1.45 * power(seed, timeMs)) / 0.95],
  [/^frequency$/, (_, timeMs) => 50 + 0.02 * noise(0.5, timeMs)],
  [/^temperature_/, temperature],
  [/energy/, (seed, timeMs) => ((1 + 40 * seed * seed) * 0.6 * (timeMs - ENERGY_START_MS)) / 3_600_000],
  [/^demand_/, (seed, timeMs) => power(seed, Math.floor(timeMs / 900_000) * 900_000)],
];

/** The value of a metric of a device at a time. */
export function valueAt(device: string, metric: string, timeMs: number): number {
  const shape = SHAPES.find(([pattern]) => pattern.test(metric))?.[1];
  return shape ? shape(hashOf(device), timeMs + 1000 * hashOf(metric)) : 1;
}
