import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { THEMES, type Theme } from '../app/preferences.ts';
import { Session } from '../app/session.ts';
import { formatTime, zoneOffset } from '../format/zone.ts';
import { LANG_TAG } from '../i18n/language.ts';
import type { MessageKey } from '../i18n/messages.ts';
import type { Route } from '../router/route.ts';
import { useCell, useGridNow, useLanguage, useServices, useT } from './context.ts';
import { Logo } from './icons.tsx';

type Section = 'overview' | 'grid' | 'devices' | 'agents' | 'alerts';
const SECTIONS: readonly { readonly section: Section; readonly href: string; readonly key: MessageKey }[] = [
  { section: 'overview', href: '/', key: 'nav.overview' },
  { section: 'grid', href: '/grid', key: 'nav.grid' },
  { section: 'devices', href: '/devices', key: 'nav.devices' },
  { section: 'agents', href: '/agents', key: 'nav.agents' },
  { section: 'alerts', href: '/alerts', key: 'nav.alerts' },
];

export function Header(props: { readonly route: Route }): JSX.Element {
  const t = useT();
  const { simulated } = useCell(useServices().server);
  const current = props.route.page === 'device' ? 'devices' : props.route.page;
  return (
    <header class="header">
      <a class="brand" href="/">
        <Logo />
        <span>{t('app.name')}</span>
      </a>
      <nav class="nav" aria-label={t('app.nav')}>
        {SECTIONS.map(({ section, href, key }) => (
          <a key={section} href={href} aria-current={section === current ? 'page' : undefined}>
            {t(key)}
            {section === 'alerts' && <AlertCount />}
          </a>
        ))}
      </nav>
      <div class="header-end">
        {simulated && (
          <strong class="simulated" title={t('app.simulatedHint')}>
            {t('app.simulated')}
          </strong>
        )}
        <Clock />
        <ThemeChoice />
        <LanguageSwitch />
        <SignOut />
      </div>
    </header>
  );
}

function AlertCount(): JSX.Element | null {
  const t = useT();
  const alerts = useCell(useServices().alerts.current);
  const active = alerts.filter((alert) => alert.active);
  const worst = active[0]?.severity ?? alerts[0]?.severity;
  if (worst === undefined) return null;
  const n = active.length > 0 ? active.length : alerts.length;
  return (
    <span class={`count severity-${worst} ${active.length > 0 ? 'is-active' : 'is-over'}`}>
      <span aria-hidden="true">{n}</span>
      <span class="visually-hidden">{t('nav.alertCount', { n })}</span>
    </span>
  );
}

/** District time as the server tells it, never that of the operator's machine. */
function Clock(): JSX.Element {
  const t = useT();
  const nowMs = useGridNow();
  const { timeZone, speed } = useCell(useServices().server);
  return (
    <span class="clock" title={`${t('app.clock')}: ${timeZone}`}>
      <span class="clock-time">{nowMs === undefined ? '---- -- -- --:--:--' : formatTime(nowMs, timeZone)}</span>
      <span class="clock-zone">{nowMs === undefined ? '' : zoneOffset(nowMs, timeZone)}</span>
      {speed !== 1 && <span class="clock-speed">{t('app.speed', { n: String(speed) })}</span>}
    </span>
  );
}

/** Who has signed in, with the way out; nothing on a server without users. */
function SignOut(): JSX.Element | null {
  const t = useT();
  const { session } = useServices();
  const person = Session.personOf(useCell(session.state));
  const [hasFailed, setFailed] = useState(false);
  if (!person) return null;
  const signOut = () => session.signOut().catch(() => setFailed(true));
  return (
    <button
      type="button"
      class="sign-out"
      title={t('signIn.as', { name: person.name, role: person.role })}
      onClick={() => void signOut()}
    >
      {t(hasFailed ? 'signIn.outFailed' : 'signIn.out')}
    </button>
  );
}

export function ThemeChoice(): JSX.Element {
  const t = useT();
  const { preferences } = useServices();
  const theme = useCell(preferences.theme);
  const choose = (value: string) => preferences.setTheme(THEMES.find((known) => known === value) ?? 'auto');
  return (
    <label class="choice">
      <span class="visually-hidden">{t('app.theme')}</span>
      <select value={theme} onChange={(event) => choose(event.currentTarget.value)}>
        {THEMES.map((value: Theme) => (
          <option key={value} value={value}>
            {t(`app.theme.${value}`)}
          </option>
        ))}
      </select>
    </label>
  );
}

export function LanguageSwitch(): JSX.Element {
  const t = useT();
  const { preferences } = useServices();
  const language = useLanguage();
  const other = language === 'en' ? 'zh' : 'en';
  return (
    <button
      type="button"
      class="language"
      title={t('app.switchLanguage')}
      onClick={() => preferences.setLanguage(other)}
    >
      <span lang={LANG_TAG[other]}>{t('app.otherLanguage')}</span>
    </button>
  );
}
