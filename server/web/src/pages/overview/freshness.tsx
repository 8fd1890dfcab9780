import type { ComponentChildren, JSX } from 'preact';
import type { Presence } from '../../contract.ts';
import { formatCount } from '../../format/number.ts';
import { Age, Moment } from '../../ui/age.tsx';
import { useCell, useServices, useT } from '../../ui/context.ts';
import { PresenceSign } from '../../ui/icons.tsx';

/** How many devices are heard, and how old the newest reading is. */
export function Freshness(): JSX.Element {
  const { devices, agents, tick } = useServices();
  const t = useT();
  useCell(devices.version);
  useCell(tick);
  const counts = devices.counts();
  const agentRows = useCell(agents);
  const agentsOnline = agentRows.filter((agent) => agent.presence === 'online').length;
  const newestMs = devices.newestReadingMs();
  const ofDevices = t('overview.ofDevices', { n: devices.size });
  return (
    <section class="tiles" aria-label={t('overview.freshness')}>
      <PresenceTile presence="online" count={counts.online} label={t('overview.online')} note={ofDevices} />
      <PresenceTile presence="stale" count={counts.stale} label={t('overview.stale')} note={ofDevices} />
      <PresenceTile presence="offline" count={counts.offline} label={t('overview.offline')} note={ofDevices} />
      <Tile label={t('overview.newest')} note={<Moment timeMs={newestMs} />} look="plain">
        <Age timeMs={newestMs} />
      </Tile>
      <Tile
        label={t('overview.agents')}
        note={t('overview.ofAgents', { n: agentRows.length })}
        look={agentsOnline < agentRows.length ? 'abnormal' : 'plain'}
      >
        {agentsOnline < agentRows.length && <PresenceSign presence="offline" />}
        {agentsOnline}
      </Tile>
    </section>
  );
}

interface TileProps {
  readonly label: string;
  readonly note: ComponentChildren;
  readonly look: 'plain' | 'abnormal';
  readonly href?: string;
  readonly children: ComponentChildren;
}

function Tile(props: TileProps): JSX.Element {
  const content = (
    <>
      <span class="tile-label">{props.label}</span>
      <span class="tile-value">{props.children}</span>
      <span class="tile-note">{props.note}</span>
    </>
  );
  const name = `tile tile-${props.look}`;
  return props.href === undefined ? (
    <div class={name}>{content}</div>
  ) : (
    <a class={name} href={props.href}>
      {content}
    </a>
  );
}

interface PresenceTileProps {
  readonly presence: Presence;
  readonly count: number;
  readonly label: string;
  readonly note: string;
}

/** Colour and sign only where something is abnormal: the operator's eye goes there. */
function PresenceTile(props: PresenceTileProps): JSX.Element {
  const isAbnormal = props.presence !== 'online' && props.count > 0;
  return (
    <Tile
      label={props.label}
      note={props.note}
      look={isAbnormal ? 'abnormal' : 'plain'}
      href={`/devices?state=${props.presence}`}
    >
      {isAbnormal && <PresenceSign presence={props.presence} />}
      {formatCount(props.count)}
    </Tile>
  );
}
