import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useCell, useLanguage, useServices, useT } from './context.ts';

/** Between two announcements of alerts: a flood is shown, not read aloud. */
const MIN_INTERVAL_MS = 10_000;

/** What a screen reader is told without being asked: a connection that returned, a new alert that is critical or high. */
export function Announcer(): JSX.Element {
  const { live, alerts, clock } = useServices();
  const { phase } = useCell(live.link);
  const raised = useCell(alerts.raised);
  const language = useLanguage();
  const t = useT();
  const [text, setText] = useState('');
  const before = useRef(phase);
  const lastMs = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    if (before.current === 'lost' && phase === 'live') setText(t('link.restored'));
    before.current = phase;
  }, [phase, t]);
  useEffect(() => {
    const severity = raised?.alert.severity;
    if (!raised || (severity !== 'critical' && severity !== 'high')) return;
    if (clock.nowMs() - lastMs.current < MIN_INTERVAL_MS) return;
    lastMs.current = clock.nowMs();
    setText(t('link.newAlert', { severity: t(`severity.${severity}`), text: raised.alert.text[language] }));
    // Only a new event is news; switching the language is not.
  }, [raised]);
  return (
    <div class="visually-hidden" role="status">
      {text}
    </div>
  );
}
