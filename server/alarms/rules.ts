import { join } from 'node:path';
import { loadConfig } from '../../edge/platform/config.ts';
import { didYouMean } from '../../edge/platform/names.ts';
import type { Problem } from '../../edge/platform/schema-errors.ts';
import { durationMs } from '../../edge/platform/units.ts';
import type { DeviceKind } from '../../edge/protocol/delivery.ts';
import { isMetricName, METRIC_NAMES } from '../../edge/protocol/quantities.ts';
import { SEVERITIES } from '../live/protocol.ts';
import type { LimitLevel, LimitSettings, Severity } from './limit-condition.ts';
import {
  type BilingualText,
  BuiltInRulesSchema,
  type LimitRule,
  type Override,
  type Rules,
  type RulesFile,
  RulesFileSchema,
} from './rules-schema.ts';
import { GROUP_NAMES, LIMIT_NAMES, namesIn, SUBJECT_NAMES } from './texts.ts';

const BUILT_IN_FILE = join(import.meta.dirname, 'default-rules.yaml');

/** What a rule has to know of a device. */
export interface RuledDevice {
  readonly id: string;
  readonly kind: DeviceKind;
  readonly model: string | undefined;
}

/**
 * The rules that hold: the built-in ones, changed by a rules file if there is one.
 * @throws GridwardenError CONFIG_UNREADABLE, CONFIG_INVALID with file, line, path and what is allowed
 */
export function loadRules(file: string | undefined): Rules {
  const builtIn = loadConfig(BuiltInRulesSchema, { file: BUILT_IN_FILE });
  builtIn.reject(builtIn.value.limits.flatMap(limitProblems));
  if (file === undefined) return builtIn.value;
  const own = loadConfig(RulesFileSchema, { file });
  own.reject(problemsOf(own.value, builtIn.value));
  return merged(builtIn.value, own.value);
}

function merged(builtIn: Rules, own: RulesFile): Rules {
  const limits = own.limits ?? [];
  const replaced = new Set([...limits.map(({ id }) => id), ...(own.disable ?? [])]);
  const kept = own.builtIn ? builtIn.limits.filter(({ id }) => !replaced.has(id)) : [];
  return {
    limits: [...kept, ...limits],
    communicationLoss: { ...builtIn.communicationLoss, ...own.communicationLoss },
    brokerLoss: { ...builtIn.brokerLoss, ...own.brokerLoss },
    valueStale: { ...builtIn.valueStale, ...own.valueStale },
    history: { ...builtIn.history, ...own.history },
  };
}

/** What a rule says for a device, or undefined when it does not hold for it. */
export function settingsFor(rule: LimitRule, device: RuledDevice): LimitSettings | undefined {
  if (!isNamed(rule, device)) return undefined;
  const override = nearestOverride(rule, device);
  if (override?.off) return undefined;
  const first = { limit: override?.limit ?? rule.high ?? rule.low ?? Number.NaN, severity: severityOf(rule, override) };
  return {
    direction: rule.high === undefined ? 'low' : 'high',
    levels: [first, ...(override?.escalation ?? rule.escalation ?? [])],
    deadband: override?.deadband ?? rule.deadband,
    onDelayMs: durationMs(override?.onDelay ?? rule.onDelay),
    offDelayMs: durationMs(override?.offDelay ?? rule.offDelay),
  };
}

function severityOf(rule: LimitRule, override: Override | undefined): Severity {
  return override?.severity ?? rule.severity;
}

function isNamed(rule: LimitRule, { id, model, kind }: RuledDevice): boolean {
  if (rule.devices && !rule.devices.includes(id)) return false;
  if (rule.models && !rule.models.includes(model ?? '')) return false;
  return !rule.kinds || rule.kinds.includes(kind);
}

function nearestOverride(rule: LimitRule, { id, model, kind }: RuledDevice): Override | undefined {
  const overrides = rule.overrides ?? [];
  return (
    overrides.find(({ devices }) => devices?.includes(id)) ??
    overrides.find(({ models }) => models?.includes(model ?? '')) ??
    overrides.find(({ kinds }) => kinds?.includes(kind))
  );
}

function problemsOf(own: RulesFile, builtIn: Rules): Problem[] {
  return [
    ...(own.limits ?? []).flatMap(limitProblems),
    ...duplicateProblems(own.limits ?? []),
    ...disableProblems(own.disable ?? [], builtIn),
    ...textProblems(own.communicationLoss?.text, ['communicationLoss', 'text'], SUBJECT_NAMES),
    ...textProblems(own.brokerLoss?.text, ['brokerLoss', 'text'], SUBJECT_NAMES),
    ...textProblems(own.valueStale?.text, ['valueStale', 'text'], SUBJECT_NAMES),
    ...textProblems(own.valueStale?.groupText, ['valueStale', 'groupText'], GROUP_NAMES),
  ];
}

function limitProblems(rule: LimitRule, index: number): Problem[] {
  const at = (...path: string[]) => ['limits', String(index), ...path];
  const problems: Problem[] = rule.metrics.flatMap((metric, position) => {
    if (isMetricName(metric)) return [];
    const message = `"${metric}" is not a metric of the catalogue${didYouMean(metric, METRIC_NAMES)}`;
    return [{ path: at('metrics', String(position)), message }];
  });
  if ((rule.high === undefined) === (rule.low === undefined)) {
    problems.push({ path: at(), message: 'needs one of "high" and "low"' });
  }
  problems.push(...textProblems(rule.text, at('text'), LIMIT_NAMES), ...levelProblems(rule, undefined, at()));
  for (const [position, override] of (rule.overrides ?? []).entries()) {
    problems.push(...overrideProblems(rule, override, at('overrides', String(position))));
  }
  return problems;
}

function overrideProblems(rule: LimitRule, override: Override, path: string[]): Problem[] {
  const named = [override.devices, override.models, override.kinds].filter((names) => names !== undefined);
  if (named.length !== 1) return [{ path, message: 'needs one of "devices", "models" and "kinds"' }];
  return levelProblems(rule, override, path);
}

/** Each level has to lie beyond the one before it, or it could never be told from it. */
function levelProblems(rule: LimitRule, override: Override | undefined, path: string[]): Problem[] {
  const first = { limit: override?.limit ?? rule.high ?? rule.low ?? 0, severity: severityOf(rule, override) };
  const levels: LimitLevel[] = [first, ...(override?.escalation ?? rule.escalation ?? [])];
  return levels.slice(1).flatMap((level, index) => {
    const before = levels[index] ?? first;
    const isBeyond = rule.high === undefined ? level.limit < before.limit : level.limit > before.limit;
    const isWorse = SEVERITIES.indexOf(level.severity) < SEVERITIES.indexOf(before.severity);
    if (isBeyond && isWorse) return [];
    const message = `must lie beyond ${before.limit} and be more severe than ${before.severity}`;
    return [{ path: [...path, 'escalation', String(index)], message }];
  });
}

function duplicateProblems(limits: readonly LimitRule[]): Problem[] {
  return limits.flatMap(({ id }, index) => {
    const first = limits.findIndex((other) => other.id === id);
    if (first === index) return [];
    return [{ path: ['limits', String(index), 'id'], message: `"${id}" is the id of limits.${first}, too` }];
  });
}

function disableProblems(disable: readonly string[], builtIn: Rules): Problem[] {
  const known = builtIn.limits.map(({ id }) => id);
  return disable.flatMap((id, index) => {
    if (known.includes(id)) return [];
    const message = `"${id}" is not a built-in limit${didYouMean(id, known) || `; there are ${known.join(', ')}`}`;
    return [{ path: ['disable', String(index)], message }];
  });
}

function textProblems(text: BilingualText | undefined, path: string[], allowed: readonly string[]): Problem[] {
  return (['en', 'zh'] as const).flatMap((language) => {
    const unknown = namesIn(text?.[language] ?? '').filter((name) => !allowed.includes(name));
    const names = allowed.map((name) => `{${name}}`).join(', ');
    return unknown.map((name) => {
      const message = `"{${name}}" means nothing here${didYouMean(name, allowed)}; allowed are ${names}`;
      return { path: [...path, language], message };
    });
  });
}
