import type { JSX } from 'preact';
import type { AgentRow } from '../../contract.ts';
import { formatCount } from '../../format/number.ts';
import { agentHref } from '../../router/route.ts';
import { Age, Moment } from '../../ui/age.tsx';
import { PresenceBadge } from '../../ui/badges.tsx';
import { useCell, useServices, useT } from '../../ui/context.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { Panel } from '../../ui/panel.tsx';
import { usePolled } from '../../ui/use-polled.ts';
import { AgentView } from './agent-view.tsx';

const HEARD_EVERY_MS = 2_000;

/** The agents in the field: whether they are heard, and whether every record they took is accounted for. */
export function AgentsPage(props: { readonly id: string | undefined }): JSX.Element {
  const { agents, isNothingCurrent } = useServices();
  const t = useT();
  const rows = useHeardAgents(useCell(agents));
  const isOld = useCell(isNothingCurrent);
  const id = props.id ?? rows[0]?.id;
  return (
    <div class={isOld ? 'is-old' : undefined}>
      <PageHead title={props.id ?? t('agents.title')} />
      <Panel id="agents-list" title={t('agents.list')}>
        {rows.length === 0 ? <p class="empty">{t('agents.empty')}</p> : <AgentTable rows={rows} selected={id} />}
      </Panel>
      {id !== undefined && rows.length > 0 && <AgentView key={id} id={id} />}
    </div>
  );
}

/** The stream sends a row when something changes; when an online agent was last heard is asked for. */
function useHeardAgents(rows: readonly AgentRow[]): readonly AgentRow[] {
  const { api } = useServices();
  const { value } = usePolled('agents', (signal) => api.agents(undefined, signal), HEARD_EVERY_MS);
  const heard = new Map(value?.items.map((row) => [row.id, row.lastSeenMs]));
  return rows.map((row) => ({ ...row, lastSeenMs: Math.max(row.lastSeenMs, heard.get(row.id) ?? 0) }));
}

function AgentTable(props: { readonly rows: readonly AgentRow[]; readonly selected: string | undefined }): JSX.Element {
  const t = useT();
  return (
    <div class="table-scroll">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t('column.agent')}</th>
            <th scope="col" class="col-state">
              {t('column.state')}
            </th>
            <th scope="col" class="col-time">
              {t('column.since')}
            </th>
            <th scope="col" class="col-age number">
              {t('agents.lastSeen')}
            </th>
            <th scope="col" class="number">
              {t('agents.devices')}
            </th>
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <AgentRowView key={row.id} row={row} isSelected={row.id === props.selected} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function AgentRowView(props: { readonly row: AgentRow; readonly isSelected: boolean }): JSX.Element {
  const { row, isSelected } = props;
  const look = `${isSelected ? 'is-selected' : ''} ${row.presence === 'online' ? '' : 'is-old'}`;
  return (
    <tr class={look}>
      <th scope="row">
        <a href={agentHref(row.id)} aria-current={isSelected ? 'true' : undefined}>
          {row.id}
        </a>
      </th>
      <td>
        <PresenceBadge presence={row.presence} />
      </td>
      <td>
        <Moment timeMs={row.sinceMs} />
      </td>
      <td class="number">
        <Age timeMs={row.lastSeenMs} />
      </td>
      <td class="number">
        <a href={`/devices?agent=${encodeURIComponent(row.id)}`}>{formatCount(row.devices)}</a>
      </td>
    </tr>
  );
}
