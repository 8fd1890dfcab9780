import { didYouMean } from '../platform/names.ts';
import type { Problem } from '../platform/schema-errors.ts';
import { isMetricName, METRIC_NAMES, type MetricName, QUANTITIES } from '../protocol/quantities.ts';
import { lintIdentity, lintTypePlace } from './lint-identity.ts';
import { lintScale } from './lint-scale.ts';
import { lintLoadProfile } from './load-profile.ts';
import { hasDirection, registerWidth, typeOf } from './model.ts';
import { type ModelFile, REGISTER_TYPES, type RegisterFile, type RegisterType } from './schema.ts';
import { lintTypeRegister } from './type-register.ts';
import { unitFactor, unitsFor } from './units.ts';

/** What a schema cannot say of a device-model file: each problem names the path in the file and what is allowed. */
export function lintModelFile(model: ModelFile): Problem[] {
  return [
    ...Object.entries(model.registers).flatMap(([metric, register]) => lintRegister(metric, register, model)),
    ...lintOverlaps(model),
    ...lintHoles(model),
    ...lintSign(model),
    ...lintModelPatterns(model),
    ...lintIdentity(model),
    ...lintTypeRegister(model.typeRegister),
    ...lintTypePlace(model),
    ...lintLoadProfile(model),
  ];
}

function lintRegister(metric: string, register: RegisterFile, model: ModelFile): Problem[] {
  const path = ['registers', metric];
  if (!isMetricName(metric)) {
    const hint = didYouMean(metric, METRIC_NAMES) || ' (names are those of edge/protocol/quantities.ts)';
    return [{ path, message: `is not a metric of the catalogue${hint}` }];
  }
  const type = typeOf(model, register);
  if (type === undefined) return [{ path, message: 'has no type; give one here or for the whole model' }];
  const problems = [
    lintUnit(metric, register),
    lintAddress(register, type),
    lintWidth(type, model),
    lintDirection(metric, register, type, model),
    lintScale(metric, register, type),
    lintCounter(metric, register, type),
    lintPatterns(register, type),
  ];
  return problems.flatMap((message) => (message === undefined ? [] : [{ path, message }]));
}

function lintUnit(metric: MetricName, register: RegisterFile): string | undefined {
  const { unit } = QUANTITIES[metric];
  if (unitFactor(register.unit, unit) !== undefined) return undefined;
  const allowed = unitsFor(unit).map((name) => `"${name}"`);
  return `has the unit "${register.unit}", which does not convert to "${unit}"; allowed: ${allowed.join(', ')}`;
}

function lintAddress(register: RegisterFile, type: RegisterType): string | undefined {
  const last = register.address + registerWidth(type) - 1;
  return last > 65_535 ? `ends at address ${last}, beyond 65535` : undefined;
}

function lintWidth(type: RegisterType, { limits }: ModelFile): string | undefined {
  const width = registerWidth(type);
  if (width <= limits.maxRegistersPerRead) return undefined;
  return `takes ${width} registers, more than the device gives at once (maxRegistersPerRead ${limits.maxRegistersPerRead})`;
}

/** A number that cannot be negative tells no direction, whatever the file says. */
function lintDirection(metric: MetricName, register: RegisterFile, type: RegisterType, model: ModelFile) {
  const sign = register.sign ?? model.sign;
  if (!hasDirection(metric) || !type.startsWith('u') || sign === undefined || sign === 'unsigned') return undefined;
  return `cannot be negative as ${type}, so it tells no direction: give "sign: unsigned" here, or a type with a sign`;
}

function lintCounter(metric: MetricName, register: RegisterFile, type: RegisterType): string | undefined {
  const { kind } = QUANTITIES[metric];
  if (kind !== 'register') {
    return register.counterDigits === undefined ? undefined : `is not a counter (${kind}) and has no counterDigits`;
  }
  if (type === 'int16' || type === 'uint16') return 'is a counter of 16 bits, which rolls over within days';
  return undefined;
}

function lintPatterns(register: RegisterFile, type: RegisterType): string | undefined {
  return wrongPattern(register.notAvailable, type);
}

function lintModelPatterns({ notAvailable = {} }: ModelFile): Problem[] {
  return REGISTER_TYPES.flatMap((type) => {
    const message = wrongPattern(notAvailable[type], type);
    return message === undefined ? [] : [{ path: ['notAvailable', type], message }];
  });
}

function wrongPattern(patterns: readonly (number | string)[] | undefined, type: RegisterType): string | undefined {
  const bits = registerWidth(type) * 16;
  const wrong = patterns?.find((pattern) =>
    pattern === 'nan' ? !type.startsWith('float') : BigInt(pattern) >= 1n << BigInt(bits),
  );
  return wrong === undefined ? undefined : `has the not-available value ${wrong}, which ${type} cannot hold`;
}

interface Span {
  readonly path: string[];
  readonly functionCode: number;
  readonly from: number;
  readonly to: number;
}

function spansOf(model: ModelFile): Span[] {
  return Object.entries(model.registers).map(([metric, register]) => ({
    path: ['registers', metric],
    functionCode: register.functionCode ?? model.functionCode,
    from: register.address,
    to: register.address + registerWidth(typeOf(model, register) ?? 'uint16') - 1,
  }));
}

function lintOverlaps(model: ModelFile): Problem[] {
  const spans = spansOf(model).sort((a, b) => a.functionCode - b.functionCode || a.from - b.from);
  const problems: Problem[] = [];
  let before: Span | undefined;
  for (const span of spans) {
    if (before && before.functionCode === span.functionCode && span.from <= before.to) {
      const other = before.path[1];
      problems.push({ path: span.path, message: `overlaps ${other} (addresses ${before.from} to ${before.to})` });
    }
    if (!before || span.functionCode !== before.functionCode || span.to > before.to) before = span;
  }
  return problems;
}

function lintHoles(model: ModelFile): Problem[] {
  const spans = spansOf(model);
  return model.limits.holes.flatMap((hole, index) => {
    const path = ['limits', 'holes', String(index)];
    if (hole.from > hole.to) return [{ path, message: `runs from ${hole.from} down to ${hole.to}` }];
    const hit = spans.find(
      (span) =>
        (hole.functionCode === undefined || hole.functionCode === span.functionCode) &&
        span.from <= hole.to &&
        hole.from <= span.to,
    );
    return hit ? [{ path, message: `covers the register ${hit.path[1]}` }] : [];
  });
}

function lintSign(model: ModelFile): Problem[] {
  const open = Object.entries(model.registers).find(
    ([metric, register]) =>
      isMetricName(metric) && hasDirection(metric) && register.sign === undefined && model.sign === undefined,
  );
  if (!open) return [];
  return [{ path: ['registers', open[0]], message: 'has a direction: give "sign" here or for the whole model' }];
}
