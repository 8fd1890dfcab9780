/**
 * The catalogue of quantities: each metric has one name everywhere (Sparkplug, store, API, page) and a fixed unit.
 * Adding a quantity is adding a row. Units and reading types follow IEC 61968-9 annex C (reading type codes:
 * accumulation 1 bulk quantity, 3 cumulative, 6 indicating; kind 4 current, 8 demand, 12 energy, 15 frequency, 37 power,
 * 38 power factor, 46 temperature, 54 voltage).
 */

/**
 * - `instantaneous`: a value at a moment.
 * - `register`: counts up, rolls over at its digits.
 * - `interval`: an amount in the time that ends at its timestamp.
 * - `demand`: a mean or maximum over a demand period.
 * - `status`: a code or a state.
 */
export const QUANTITY_KINDS = ['instantaneous', 'register', 'interval', 'demand', 'status'] as const;
export type QuantityKind = (typeof QUANTITY_KINDS)[number];

/** What is read often and kept for a short time, against what is read at boundaries and kept for years. */
export const POLL_CLASSES = ['fast', 'registers'] as const;
export type PollClass = (typeof POLL_CLASSES)[number];

export interface Quantity {
  readonly kind: QuantityKind;
  /** Unit as written on a nameplate; empty for a pure number. */
  readonly unit: string;
  /** IEC 61968-9 reading type, where there is one. */
  readonly readingType?: string;
  /** Values outside are not physical for any device of a distribution grid and are marked `out_of_range`. */
  readonly min: number;
  readonly max: number;
  readonly en: string;
  readonly zh: string;
}

const PHASES = [
  { suffix: 'a', code: 128, en: 'phase A', zh: 'A相' },
  { suffix: 'b', code: 64, en: 'phase B', zh: 'B相' },
  { suffix: 'c', code: 32, en: 'phase C', zh: 'C相' },
] as const;

const PHASE_PAIRS = [
  { suffix: 'ab', code: 132, en: 'A to B', zh: 'AB线' },
  { suffix: 'bc', code: 66, en: 'B to C', zh: 'BC线' },
  { suffix: 'ca', code: 40, en: 'C to A', zh: 'CA线' },
] as const;

const ALL_PHASES = 224;
const NEUTRAL = 16;

interface ReadingTypeParts {
  readonly accumulation: number;
  readonly flow: number;
  readonly kind: number;
  readonly phases: number;
  readonly multiplier: number;
  readonly unit: number;
}

/** The 18 fields of a reading type of secondary metered electricity, most of them zero. */
function readingType(parts: ReadingTypeParts): string {
  const { accumulation, flow, kind, phases, multiplier, unit } = parts;
  return `0.0.0.${accumulation}.${flow}.1.${kind}.0.0.0.0.0.0.0.${phases}.${multiplier}.${unit}.0`;
}

function indicating(kind: number, unit: number, phases: number, multiplier = 0): string {
  return readingType({ accumulation: 6, flow: 0, kind, phases, multiplier, unit });
}

function energy(flow: number, unit: number, phases = ALL_PHASES): string {
  return readingType({ accumulation: 1, flow, kind: 12, phases, multiplier: 3, unit });
}

const UNIT = { A: 5, celsius: 23, V: 29, Hz: 33, W: 38, VA: 61, var: 63, cos: 65, VAh: 71, Wh: 72, varh: 73 } as const;
const FLOW = { forward: 1, reverse: 19 } as const;
const REGISTER_MAX = 1e12;

type Row = Omit<Quantity, 'kind'>;

function entries<P extends string, S extends string>(
  prefix: P,
  parts: readonly { suffix: S; code: number; en: string; zh: string }[],
  row: (part: { code: number; en: string; zh: string }) => Row,
  kind: QuantityKind,
): Record<`${P}_${S}`, Quantity> {
  const pairs = parts.map((part) => [`${prefix}_${part.suffix}`, { kind, ...row(part) }]);
  return Object.fromEntries(pairs) as Record<`${P}_${S}`, Quantity>;
}

function power(en: string, zh: string, unit: string, uom: number, phases: number): Quantity {
  const max = 1e6;
  const min = uom === UNIT.VA ? 0 : -max;
  return { kind: 'instantaneous', unit, readingType: indicating(37, uom, phases, 3), min, max, en, zh };
}

function register(en: string, zh: string, unit: string, readingTypeCode?: string): Quantity {
  const row = { kind: 'register', unit, min: 0, max: REGISTER_MAX, en, zh } as const;
  return readingTypeCode === undefined ? row : { ...row, readingType: readingTypeCode };
}

function demand(en: string, zh: string, unit: string, uom: number): Quantity {
  const type = readingType({ accumulation: 6, flow: 1, kind: 8, phases: ALL_PHASES, multiplier: 3, unit: uom });
  return { kind: 'demand', unit, readingType: type, min: -1e6, max: 1e6, en, zh };
}

function temperature(en: string, zh: string): Quantity {
  return { kind: 'instantaneous', unit: '°C', min: -60, max: 300, en, zh };
}

function gas(en: string, zh: string): Quantity {
  return { kind: 'instantaneous', unit: 'ppm', min: 0, max: 1e6, en, zh };
}

function percent(en: string, zh: string, max = 1000): Quantity {
  return { kind: 'instantaneous', unit: '%', min: 0, max, en, zh };
}

function status(en: string, zh: string): Quantity {
  return { kind: 'status', unit: '', min: 0, max: 2 ** 32 - 1, en, zh };
}

export const QUANTITIES = {
  ...entries('voltage', PHASES, (p) => voltage(`Voltage ${p.en}`, `${p.zh}电压`, p.code), 'instantaneous'),
  ...entries('voltage', PHASE_PAIRS, (p) => voltage(`Voltage ${p.en}`, `${p.zh}电压`, p.code), 'instantaneous'),
  ...entries('current', PHASES, (p) => current(`Current ${p.en}`, `${p.zh}电流`, p.code), 'instantaneous'),
  current_n: { kind: 'instantaneous', ...current('Neutral current', '零线电流', NEUTRAL) },
  active_power: power('Active power', '有功功率', 'kW', UNIT.W, ALL_PHASES),
  ...entries(
    'active_power',
    PHASES,
    (p) => power(`Active power ${p.en}`, `${p.zh}有功功率`, 'kW', UNIT.W, p.code),
    'instantaneous',
  ),
  reactive_power: power('Reactive power', '无功功率', 'kvar', UNIT.var, ALL_PHASES),
  ...entries(
    'reactive_power',
    PHASES,
    (p) => power(`Reactive power ${p.en}`, `${p.zh}无功功率`, 'kvar', UNIT.var, p.code),
    'instantaneous',
  ),
  apparent_power: power('Apparent power', '视在功率', 'kVA', UNIT.VA, ALL_PHASES),
  ...entries(
    'apparent_power',
    PHASES,
    (p) => power(`Apparent power ${p.en}`, `${p.zh}视在功率`, 'kVA', UNIT.VA, p.code),
    'instantaneous',
  ),
  power_factor: { kind: 'instantaneous', ...powerFactor('Power factor', '功率因数', ALL_PHASES) },
  ...entries(
    'power_factor',
    PHASES,
    (p) => powerFactor(`Power factor ${p.en}`, `${p.zh}功率因数`, p.code),
    'instantaneous',
  ),
  frequency: {
    kind: 'instantaneous',
    unit: 'Hz',
    readingType: indicating(15, UNIT.Hz, 0),
    min: 0,
    max: 100,
    en: 'Frequency',
    zh: '频率',
  },
  ...entries(
    'voltage_thd',
    PHASES,
    (p) => percent(`Voltage distortion ${p.en}`, `${p.zh}电压总谐波畸变率`),
    'instantaneous',
  ),
  ...entries(
    'current_thd',
    PHASES,
    (p) => percent(`Current distortion ${p.en}`, `${p.zh}电流总谐波畸变率`),
    'instantaneous',
  ),
  energy_import: register('Energy import', '正向有功电能', 'kWh', energy(FLOW.forward, UNIT.Wh)),
  energy_export: register('Energy export', '反向有功电能', 'kWh', energy(FLOW.reverse, UNIT.Wh)),
  ...entries(
    'energy_import',
    PHASES,
    (p) => register(`Energy import ${p.en}`, `${p.zh}正向有功电能`, 'kWh', energy(FLOW.forward, UNIT.Wh, p.code)),
    'register',
  ),
  ...entries(
    'energy_export',
    PHASES,
    (p) => register(`Energy export ${p.en}`, `${p.zh}反向有功电能`, 'kWh', energy(FLOW.reverse, UNIT.Wh, p.code)),
    'register',
  ),
  energy_total: register('Energy total', '总有功电能', 'kWh'),
  energy_import_t1: register('Energy import tariff 1', '正向有功电能费率1', 'kWh'),
  energy_import_t2: register('Energy import tariff 2', '正向有功电能费率2', 'kWh'),
  energy_import_t3: register('Energy import tariff 3', '正向有功电能费率3', 'kWh'),
  energy_import_t4: register('Energy import tariff 4', '正向有功电能费率4', 'kWh'),
  energy_export_t1: register('Energy export tariff 1', '反向有功电能费率1', 'kWh'),
  energy_export_t2: register('Energy export tariff 2', '反向有功电能费率2', 'kWh'),
  energy_export_t3: register('Energy export tariff 3', '反向有功电能费率3', 'kWh'),
  energy_export_t4: register('Energy export tariff 4', '反向有功电能费率4', 'kWh'),
  reactive_energy_import: register('Reactive energy import', '正向无功电能', 'kvarh', energy(FLOW.forward, UNIT.varh)),
  reactive_energy_export: register('Reactive energy export', '反向无功电能', 'kvarh', energy(FLOW.reverse, UNIT.varh)),
  reactive_energy_total: register('Reactive energy total', '总无功电能', 'kvarh'),
  apparent_energy: register('Apparent energy', '视在电能', 'kVAh', energy(FLOW.forward, UNIT.VAh)),
  demand_active: demand('Active demand', '有功需量', 'kW', UNIT.W),
  demand_active_max: demand('Maximum active demand', '最大有功需量', 'kW', UNIT.W),
  demand_apparent: demand('Apparent demand', '视在需量', 'kVA', UNIT.VA),
  demand_apparent_max: demand('Maximum apparent demand', '最大视在需量', 'kVA', UNIT.VA),
  temperature_oil_top: temperature('Top oil temperature', '顶层油温'),
  temperature_oil: temperature('Oil temperature', '油温'),
  temperature_oil_sensor: temperature('Oil temperature at the sensor', '传感器处油温'),
  temperature_winding: temperature('Winding temperature', '绕组温度'),
  ...entries(
    'temperature_winding',
    PHASES,
    (p) => temperature(`Winding temperature ${p.en}`, `${p.zh}绕组温度`),
    'instantaneous',
  ),
  temperature_core: temperature('Core temperature', '铁芯温度'),
  temperature_ambient: temperature('Ambient temperature', '环境温度'),
  temperature_1: temperature('Temperature input 1', '温度输入1'),
  temperature_2: temperature('Temperature input 2', '温度输入2'),
  temperature_3: temperature('Temperature input 3', '温度输入3'),
  temperature_4: temperature('Temperature input 4', '温度输入4'),
  temperature_5: temperature('Temperature input 5', '温度输入5'),
  temperature_6: temperature('Temperature input 6', '温度输入6'),
  temperature_7: temperature('Temperature input 7', '温度输入7'),
  temperature_8: temperature('Temperature input 8', '温度输入8'),
  humidity_ambient: percent('Ambient humidity', '环境湿度', 100),
  dissolved_hydrogen: gas('Dissolved hydrogen', '溶解氢'),
  dissolved_methane: gas('Dissolved methane', '溶解甲烷'),
  dissolved_ethane: gas('Dissolved ethane', '溶解乙烷'),
  dissolved_ethylene: gas('Dissolved ethylene', '溶解乙烯'),
  dissolved_acetylene: gas('Dissolved acetylene', '溶解乙炔'),
  dissolved_carbon_monoxide: gas('Dissolved carbon monoxide', '溶解一氧化碳'),
  dissolved_carbon_dioxide: gas('Dissolved carbon dioxide', '溶解二氧化碳'),
  dissolved_combustible: gas('Total dissolved combustible gas', '溶解可燃气体总量'),
  dissolved_oxygen: gas('Dissolved oxygen', '溶解氧'),
  dissolved_nitrogen: gas('Dissolved nitrogen', '溶解氮'),
  oil_moisture: gas('Moisture in oil', '油中微水'),
  oil_moisture_saturation: percent('Moisture saturation of oil', '油中水分相对饱和度', 100),
  device_status: status('Device status', '设备状态'),
  alarm_status: status('Alarm status', '报警状态'),
  relay_status: status('Relay status', '继电器状态'),
} as const satisfies Record<string, Quantity>;

export type MetricName = keyof typeof QUANTITIES;

export const METRIC_NAMES = Object.keys(QUANTITIES) as readonly MetricName[];

export function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(QUANTITIES, name);
}

/** The quantity of a metric name; undefined for a metric that the catalogue does not know (a foreign device's). */
export function quantityOf(name: string): Quantity | undefined {
  return isMetricName(name) ? QUANTITIES[name] : undefined;
}

/** The poll class that a kind of quantity belongs to; it decides how long values are kept, too. */
export function pollClassOf(kind: QuantityKind): PollClass {
  return kind === 'instantaneous' || kind === 'status' ? 'fast' : 'registers';
}

function voltage(en: string, zh: string, phases: number): Row {
  return { unit: 'V', readingType: indicating(54, UNIT.V, phases), min: 0, max: 1e6, en, zh };
}

function current(en: string, zh: string, phases: number): Row {
  return { unit: 'A', readingType: indicating(4, UNIT.A, phases), min: -1e6, max: 1e6, en, zh };
}

function powerFactor(en: string, zh: string, phases: number): Row {
  return { unit: '', readingType: indicating(38, UNIT.cos, phases), min: -1, max: 1, en, zh };
}
