import { dataTypeName } from '../../edge/protocol/datatypes.ts';
import { DELIVERY, DEVICE_INFO, DEVICE_KINDS, type DeviceKind } from '../../edge/protocol/delivery.ts';
import { ROLLOVER_PROPERTY, UNIT_PROPERTY } from '../../edge/protocol/properties.ts';
import { QUALITY_PROPERTY } from '../../edge/protocol/quality.ts';
import { pollClassOf, quantityOf } from '../../edge/protocol/quantities.ts';
import { type Binding, BindingTable, ROLE } from './bindings.ts';
import { MAX_ID_LENGTH, MAX_NAME_LENGTH, numberMetric, textMetric } from './birth-metrics.ts';
import { BirthShape } from './birth-shape.ts';
import { type IngestContext, MAX_AHEAD_MS } from './context.ts';
import type { ForeignValues } from './foreign-values.ts';
import { setText } from './live-text.ts';
import { propertyNumber, propertyText, shapeOf, ValueReader } from './metric-value.ts';
import type { WireMetric } from './payload-walker.ts';
import { DeviceSession, type NodeSession } from './sessions.ts';

const INFO_NAMES: ReadonlySet<string> = new Set(Object.values(DEVICE_INFO));
const ROLES: ReadonlyMap<string, number> = new Map([
  [DELIVERY.n, ROLE.recordNumber],
  [DELIVERY.clock, ROLE.clock],
  [DELIVERY.epoch, ROLE.epoch],
  [DELIVERY.origin, ROLE.origin],
  [DELIVERY.draining, ROLE.none],
]);

/** Births of devices: which metrics there are, under which alias, in which slot of the live state and series of the store. */
export class DeviceBirths {
  readonly #context: IngestContext;
  readonly #foreign: ForeignValues;
  readonly #reader = new ValueReader();
  /** Something was noted of a metric of the birth. */
  #isOdd = false;

  constructor(context: IngestContext, foreign: ForeignValues) {
    this.#context = context;
    this.#foreign = foreign;
  }

  /**
   * A device's birth, in a session of its node.
   * @param metrics to keep
   * @param payloadMs time of the message; NaN without one
   */
  deviceBirth(node: NodeSession, name: string, topic: string, metrics: readonly WireMetric[], payloadMs: number): void {
    const { gridClock } = this.#context;
    const device = this.#deviceFor(node, name, topic, metrics);
    if (!device) return;
    device.isBorn = true;
    device.isDraining = metrics.some(
      (metric) => metric.name === DELIVERY.draining && metric.number === 1 && !metric.isNull,
    );
    if (!this.#context.registry.claim(device)) {
      const owner = this.#context.registry.owner(device.id)?.node.id ?? '?';
      this.#context.problems.note('claimed_twice', topic, `${device.id} belongs to ${owner}; ${node.id} is set aside`);
      return;
    }
    this.#describe(device, topic, metrics);
    const timeMs = Number.isNaN(payloadMs) ? gridClock.nowMs() : payloadMs;
    this.#foreign.begin(device, timeMs);
    if (device.shape?.isOf(device, metrics)) this.#bindAgain(device, device.shape, topic, metrics, timeMs);
    else this.#bindDevice(device, topic, metrics, timeMs);
    this.#foreign.end();
    if (device.isDraining) this.#keepOffline(device);
    else this.#context.registry.setDevicePresence(device.state, 'online', gridClock.nowMs());
    this.#context.directory.noteDevice(device.state);
  }

  #deviceFor(
    node: NodeSession,
    name: string,
    topic: string,
    metrics: readonly WireMetric[],
  ): DeviceSession | undefined {
    const { registry, limits, problems, state } = this.#context;
    const isOurs = node.stream !== undefined && metrics.some((metric) => metric.name === DELIVERY.epoch);
    const id = isOurs ? name : `${node.name}/${name}`;
    const known = node.devices.get(name);
    if (known?.id === id) {
      known.stream = isOurs ? node.stream : undefined;
      return known;
    }
    if (state.devices.size >= limits.maxDevices || name.length > MAX_ID_LENGTH) {
      problems.note('limit', topic, `more than ${limits.maxDevices} devices, or an id longer than ${MAX_ID_LENGTH}`);
      return undefined;
    }
    const device = new DeviceSession(node, name, id, registry.deviceState(id, node.id), registry.newestTimes(id));
    device.stream = isOurs ? node.stream : undefined;
    node.devices.set(name, device);
    return device;
  }

  #describe(device: DeviceSession, topic: string, metrics: readonly WireMetric[]): void {
    const { state } = device;
    state.model = textMetric(metrics, DEVICE_INFO.model) ?? state.model;
    state.kind = kindOf(textMetric(metrics, DEVICE_INFO.kind));
    const serial = textMetric(metrics, DEVICE_INFO.serial);
    if (serial !== undefined && serial !== '') {
      if (state.serial !== undefined && state.serial !== serial) {
        this.#context.problems.note(
          'serial_changed',
          topic,
          `${device.id}: serial number ${state.serial} is now ${serial}`,
        );
      }
      state.serial = serial;
    }
    device.clockGeneration = numberMetric(metrics, DELIVERY.clock) ?? 0;
    device.birthN = numberMetric(metrics, DELIVERY.n) ?? 0;
  }

  /** The metrics are those of the last birth: what was bound stands, only values and descriptions may be new. */
  #bindAgain(
    device: DeviceSession,
    shape: BirthShape,
    topic: string,
    metrics: readonly WireMetric[],
    payloadMs: number,
  ): void {
    for (let place = 0; place < metrics.length; place++) {
      const metric = metrics[place];
      const binding = shape.bindings[place];
      if (!metric || !binding || binding.slot < 0) continue;
      if (shape.describesAnew(place, metric))
        this.#valueBinding(device, topic, binding.name, metric, binding.role === ROLE.text);
      this.#birthValue(device, binding, metric, payloadMs);
    }
  }

  #bindDevice(device: DeviceSession, topic: string, metrics: readonly WireMetric[], payloadMs: number): void {
    const { limits, problems } = this.#context;
    if (metrics.length > limits.maxMetricsPerDevice) {
      problems.note('limit', topic, `${metrics.length} metrics, ${limits.maxMetricsPerDevice} are kept`);
    }
    const table = new BindingTable();
    const bindings: Binding[] = [];
    this.#isOdd = false;
    let values = 0;
    for (const metric of metrics.slice(0, limits.maxMetricsPerDevice)) {
      const binding = this.#bindingOf(device, topic, metric);
      if (!binding) continue;
      if (table.add(binding, metric.alias)) bindings.push(binding);
      else this.#duplicateAlias(topic, binding.name);
      if (binding.slot < 0) continue;
      if (binding.role === ROLE.value) values += 1;
      this.#birthValue(device, binding, metric, payloadMs);
    }
    table.seal();
    device.bindings = table;
    device.values = values;
    // What was odd about a birth is to be told of the next one, too.
    device.shape =
      bindings.length === metrics.length && !this.#isOdd ? new BirthShape(device, metrics, bindings) : undefined;
  }

  #bindingOf(device: DeviceSession, topic: string, metric: WireMetric): Binding | undefined {
    const { name, dataType } = metric;
    if (name === undefined || name.length > MAX_NAME_LENGTH) {
      this.#context.problems.note('birth_incomplete', topic, 'a metric without a name, or with one too long');
      return undefined;
    }
    const role = device.stream ? ROLES.get(name) : undefined;
    if (role !== undefined) return { name, role, dataType, slot: -1, series: -1, pollClass: 'fast' };
    if (INFO_NAMES.has(name) || name.startsWith('Device Control/')) {
      return { name, role: ROLE.none, dataType, slot: -1, series: -1, pollClass: 'fast' };
    }
    if (dataType === 0) this.#context.problems.note('birth_incomplete', topic, `${name} has no data type`);
    const shape = shapeOf(dataType);
    if (shape === 'unsupported') {
      this.#isOdd = true;
      if (dataType !== 0) {
        const type = dataTypeName(dataType) ?? String(dataType);
        this.#context.problems.note('unsupported_type', topic, `${name}: ${type} is not kept`);
      }
      return { name, role: ROLE.none, dataType, slot: -1, series: -1, pollClass: 'fast' };
    }
    return this.#valueBinding(device, topic, name, metric, shape === 'text');
  }

  #valueBinding(device: DeviceSession, topic: string, name: string, metric: WireMetric, isText: boolean): Binding {
    const { state, store, problems } = this.#context;
    const quantity = quantityOf(name);
    const pollClass = quantity ? pollClassOf(quantity.kind) : 'fast';
    const former = state.slotOf(device.id, name);
    if (former && former.dataType !== 0 && former.dataType !== metric.dataType) {
      const [was, is] = [dataTypeName(former.dataType), dataTypeName(metric.dataType)];
      problems.note('type_redefined', topic, `${name} was ${was ?? 'unknown'} and is ${is ?? 'unknown'}`);
    }
    const unit =
      quantity?.unit ?? (metric.properties ? propertyText(metric.properties, UNIT_PROPERTY) : undefined) ?? '';
    const kind = device.state.kind;
    const series = isText ? -1 : store.seriesOf({ device: device.id, metric: name, kind, pollClass });
    const rollover = metric.properties ? propertyNumber(metric.properties, ROLLOVER_PROPERTY) : undefined;
    const slot = state.addSlot({ device: device.id, metric: name, unit, rollover, dataType: metric.dataType, series });
    const role = isText ? ROLE.text : ROLE.value;
    return { name, role, dataType: metric.dataType, slot: slot.index, series: slot.series, pollClass };
  }

  /** Values of a birth move the live state; only those of foreign devices are stored, which report by exception. */
  #birthValue(device: DeviceSession, binding: Binding, metric: WireMetric, payloadMs: number): void {
    if (device.isDraining) return;
    if (!device.stream) {
      this.#foreign.add(binding, metric);
      return;
    }
    const { state, gridClock } = this.#context;
    const timeMs = Number.isNaN(metric.timeMs) ? payloadMs : metric.timeMs;
    if (timeMs > gridClock.nowMs() + MAX_AHEAD_MS) return;
    if (binding.role === ROLE.text) {
      setText(state, binding, metric, timeMs);
      return;
    }
    this.#reader.readNumber(metric, binding.dataType);
    const isMissing = Number.isNaN(this.#reader.value);
    if (timeMs < state.timeMs(binding.slot)) {
      state.setStale(binding.slot, false);
      return;
    }
    // Not read since the edge's start: there is nothing to show, and what was known before stays as stale as it is.
    if (isMissing && !tellsQuality(metric)) return;
    state.set(binding.slot, this.#reader.value, this.#reader.quality, timeMs);
    if (isMissing) return;
    if (timeMs > device.newest[binding.pollClass]) device.newest[binding.pollClass] = timeMs;
    if (timeMs > (device.state.lastReadingMs ?? 0)) device.state.lastReadingMs = timeMs;
  }

  #keepOffline(device: DeviceSession): void {
    const { registry, gridClock } = this.#context;
    const { isBorn } = device;
    registry.deviceGone(device, 'offline', gridClock.nowMs());
    device.isBorn = isBorn;
  }

  #duplicateAlias(topic: string, name: string): void {
    this.#context.problems.note('birth_incomplete', topic, `the alias of ${name} stands for another metric, too`);
  }
}

function tellsQuality({ properties }: WireMetric): boolean {
  return properties?.keys?.includes(QUALITY_PROPERTY) === true;
}

function kindOf(text: string | undefined): DeviceKind {
  return DEVICE_KINDS.find((kind) => kind === text) ?? 'device';
}
