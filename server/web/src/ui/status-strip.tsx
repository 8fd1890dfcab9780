import type { JSX } from 'preact';
import { formatAge } from '../format/age.ts';
import type { Translate } from '../i18n/translate.ts';
import type { Condition } from '../live/conditions.ts';
import { type TimeTexts, useCell, useGridNow, useLanguage, useServices, useT, useTimeTexts } from './context.ts';
import { BrokenLinkSign, PresenceSign, WarningSign } from './icons.tsx';

/** Names that are said in full; the others are counted. */
const MAX_NAMES = 3;

/**
 * One line across the whole page, always there: calm while everything is connected, unmistakable when it is not. It
 * keeps its place, so that nothing jumps when a connection is lost or returns.
 */
export function StatusStrip(): JSX.Element {
  const { conditions } = useServices();
  const list = useCell(conditions);
  const t = useT();
  const worst = list[0];
  const look = worst === undefined ? 'ok' : worst.kind === 'store' || worst.kind === 'refused' ? 'warning' : 'lost';
  return (
    <section class={`strip strip-${look}`} aria-label={t('link.region')} data-condition={worst?.kind ?? 'none'}>
      <div role="alert" class="strip-alert">
        {worst && <ConditionText condition={worst} />}
        {list.slice(1).map((condition) => (
          <span key={condition.kind} class="strip-item strip-also">
            <WarningSign />
            {alsoText(condition, t)}
          </span>
        ))}
      </div>
      {worst === undefined ? <CalmText /> : <Elapsed condition={worst} />}
    </section>
  );
}

function ConditionText(props: { readonly condition: Condition }): JSX.Element {
  const t = useT();
  const time = useTimeTexts();
  const { condition } = props;
  const isWarning = condition.kind === 'store' || condition.kind === 'refused';
  return (
    <span class="strip-item">
      {isWarning ? <WarningSign /> : <BrokenLinkSign />}
      <strong>{conditionText(condition, t)}</strong>
      <span>{lastGoodText(condition, t, time)}</span>
      {'reason' in condition && condition.reason !== '' && (
        <span lang="en" class="strip-reason">
          {condition.reason}
        </span>
      )}
    </span>
  );
}

export function conditionText(condition: Condition, t: Translate): string {
  if (condition.kind === 'link') return t(condition.lastGoodMs === null ? 'link.lostNever' : 'link.lost');
  if (condition.kind !== 'agents') return t(`link.${condition.kind}`);
  const { agents } = condition;
  const devices = t('link.devices', { n: agents.reduce((sum, agent) => sum + agent.devices, 0) });
  const first = agents.slice(0, MAX_NAMES).map((agent) => agent.id);
  if (agents.length === 1) return t('link.agent', { name: first[0] ?? '', devices });
  const more = agents.length - first.length;
  const joined = first.join(', ');
  const names = more > 0 ? t('link.moreNames', { names: joined, n: more }) : joined;
  return t('link.agents', { n: agents.length, names, devices });
}

/** A condition that stands beside a worse one: the line has room for one in full. */
function alsoText(condition: Condition, t: Translate): string {
  if (condition.kind === 'agents') return t('link.alsoAgents', { n: condition.agents.length });
  return t(condition.kind === 'store' ? 'link.alsoStore' : 'link.alsoRefused');
}

function lastGoodText(condition: Condition, t: Translate, time: TimeTexts): string {
  if (condition.kind === 'refused' || condition.lastGoodMs === null) return '';
  const key = condition.kind === 'agents' ? 'link.lastHeard' : 'link.lastGood';
  return t(key, { time: time.full(condition.lastGoodMs) });
}

/** Counts on beside the alert, outside of what is read aloud. */
function Elapsed(props: { readonly condition: Condition }): JSX.Element {
  const nowMs = useGridNow();
  const language = useLanguage();
  const t = useT();
  const { condition } = props;
  const lastGoodMs = condition.kind === 'refused' ? null : condition.lastGoodMs;
  const age =
    nowMs === undefined || lastGoodMs === null ? '' : t('link.ago', { age: formatAge(nowMs - lastGoodMs, language) });
  const retrying = condition.kind === 'link' ? t('link.retrying') : '';
  return <span class="strip-aside">{[age, retrying].filter((text) => text !== '').join(' · ')}</span>;
}

function CalmText(): JSX.Element {
  const { live, agents, devices } = useServices();
  const { phase } = useCell(live.link);
  const agentCount = useCell(agents).length;
  const nowMs = useGridNow();
  const language = useLanguage();
  const t = useT();
  if (phase !== 'live')
    return <span class="strip-item">{t(phase === 'interrupted' ? 'link.interrupted' : 'link.connecting')}</span>;
  const newestMs = devices.newestReadingMs();
  const age = newestMs === undefined || nowMs === undefined ? undefined : formatAge(nowMs - newestMs, language);
  return (
    <span class="strip-item">
      <PresenceSign presence="online" />
      <span>{t('link.live')}</span>
      <span>{agentCount === 0 ? t('link.noAgents') : t('link.agentsOnline', { n: agentCount })}</span>
      {age !== undefined && <span>{t('link.newest', { age })}</span>}
    </span>
  );
}
