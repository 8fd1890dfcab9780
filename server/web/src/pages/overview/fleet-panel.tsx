import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Severity } from '../../contract.ts';
import { formatCount } from '../../format/number.ts';
import type { MessageKey } from '../../i18n/messages.ts';
import { deviceHref } from '../../router/route.ts';
import { useCell, useServices, useT } from '../../ui/context.ts';
import { Panel } from '../../ui/panel.tsx';
import { type Look, paintFleet } from './fleet-canvas.ts';
import { cellAt, type FleetLayout, fleetLayout } from './fleet-layout.ts';

/** Every device as one small cell: where the abnormal ones are, and whether they are few or a whole agent's. */
export function FleetPanel(): JSX.Element {
  const { devices, alerts, preferences } = useServices();
  const t = useT();
  useCell(devices.version);
  useCell(alerts.current);
  useCell(preferences.theme);
  const counts = devices.counts();
  const text = t('overview.fleetPicture', {
    online: formatCount(counts.online),
    stale: formatCount(counts.stale),
    offline: formatCount(counts.offline),
  });
  const aside = <a href="/devices">{t('overview.openList')}</a>;
  return (
    <Panel id="fleet" title={t('overview.fleet')} class="area-fleet" aside={aside}>
      <FleetCanvas label={text} />
      <FleetLegend />
    </Panel>
  );
}

/** Painted with its parent, which renders at most as often as device rows come (once a second). */
function FleetCanvas(props: { readonly label: string }): JSX.Element {
  const { devices, alerts, router } = useServices();
  const canvas = useRef<HTMLCanvasElement>(null);
  const layout = useRef<FleetLayout | undefined>(undefined);
  const paint = () => {
    const element = canvas.current;
    if (!element || element.clientWidth === 0) return;
    layout.current = fleetLayout(devices.size, element.clientWidth, element.clientHeight);
    const worst = worstAlerts();
    const looks = devices.ids().map((id): Look => worst.get(id) ?? devices.get(id)?.presence ?? 'offline');
    paintFleet(element, layout.current, looks);
  };
  const worstAlerts = () => {
    const worst = new Map<string, Severity>();
    for (const alert of alerts.current.value)
      if (alert.active && !worst.has(alert.subject)) worst.set(alert.subject, alert.severity);
    return worst;
  };
  const deviceAt = (event: MouseEvent) => {
    const index = layout.current && cellAt(layout.current, event.offsetX, event.offsetY);
    return index === undefined ? undefined : devices.ids()[index];
  };
  useEffect(paint);
  useEffect(() => {
    const observer = new ResizeObserver(paint);
    if (canvas.current) observer.observe(canvas.current);
    const scheme = window.matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', paint);
    return () => {
      observer.disconnect();
      scheme.removeEventListener('change', paint);
    };
  }, []);
  return (
    <canvas
      ref={canvas}
      class="fleet"
      role="img"
      aria-label={props.label}
      onMouseMove={(event) => (event.currentTarget.title = deviceAt(event) ?? '')}
      onClick={(event) => {
        const id = deviceAt(event);
        if (id !== undefined) router.go(deviceHref(id));
      }}
    />
  );
}

const LEGEND: readonly { readonly look: Look; readonly key: MessageKey }[] = [
  { look: 'online', key: 'presence.online' },
  { look: 'stale', key: 'presence.stale' },
  { look: 'offline', key: 'presence.offline' },
  { look: 'critical', key: 'overview.fleetAlert' },
];

function FleetLegend(): JSX.Element {
  const t = useT();
  return (
    <ul class="legend" aria-label={t('overview.fleetLegend')}>
      {LEGEND.map(({ look, key }) => (
        <li key={look}>
          <span class={`swatch swatch-${look}`} aria-hidden="true" />
          {t(key)}
        </li>
      ))}
    </ul>
  );
}
