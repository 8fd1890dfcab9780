import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Alert } from '../../contract.ts';
import { deviceHref } from '../../router/route.ts';
import { useCell, useServices, useT } from '../../ui/context.ts';
import { useHearing } from '../../ui/use-hearing.ts';
import { useVirtualRows } from '../../ui/use-virtual-rows.ts';
import { DeviceRowView } from './device-row-view.tsx';
import { moveActive, ROW_HEIGHT_PX } from './row-keys.ts';

interface DeviceTableViewProps {
  readonly ids: readonly string[];
  readonly empty: ComponentChildren;
}

/**
 * The list: a real table of which only the rows in sight exist. The arrow keys move one link of a row (roving tab
 * index); a row that scrolls out of sight with the focus gives it to the list, so that the keys go on working.
 */
export function DeviceTableView(props: DeviceTableViewProps): JSX.Element {
  const { router } = useServices();
  const t = useT();
  const container = useRef<HTMLElement | null>(null);
  const { ids } = props;
  const { first, end } = useVirtualRows(container, ids.length, ROW_HEIGHT_PX);
  const [active, setActive] = useState<string | undefined>(undefined);
  // The newest, at once: a key that is held down comes again before the view is rendered.
  const newestActive = useRef(active);
  const focusWanted = useRef<string | undefined>(undefined);
  const indexOf = (id: string | undefined) => (id === undefined ? -1 : ids.indexOf(id));
  const activeIndex = indexOf(active);
  const activate = (id: string | undefined) => {
    newestActive.current = id;
    setActive(id);
  };
  const tabbable = activeIndex >= first && activeIndex < end ? activeIndex : first;
  useHearing(ids.slice(first, end));
  useWantedFocus(container, focusWanted);
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.floor((container.current?.clientHeight ?? 0) / ROW_HEIGHT_PX) - 2;
    const current = newestActive.current;
    const next = moveActive(event.key, indexOf(current), ids.length, page);
    if (event.key === 'Enter' && event.target === container.current && current !== undefined)
      router.go(deviceHref(current));
    if (next === undefined) return;
    event.preventDefault();
    focusWanted.current = ids[next];
    activate(ids[next]);
    scrollToRow(container.current, next);
  };
  return (
    <section ref={container} class="panel list" aria-label={t('devices.table')} tabIndex={-1} onKeyDown={onKeyDown}>
      <Spacer rows={first} />
      <table class="table device-table" aria-rowcount={ids.length + 1}>
        <HeadRow />
        <tbody>
          <Rows ids={ids} first={first} end={end} tabbable={tabbable} onFocusRow={activate} />
        </tbody>
      </table>
      <Spacer rows={ids.length - end} />
      {ids.length === 0 && <p class="empty">{props.empty}</p>}
    </section>
  );
}

/** Gives the focus to the link of the row that a key led to, once it is rendered. */
function useWantedFocus(
  container: { readonly current: HTMLElement | null },
  wanted: { current: string | undefined },
): void {
  useEffect(() => {
    const id = wanted.current;
    if (id === undefined) return;
    const link = container.current?.querySelector<HTMLElement>(`a[href="${CSS.escape(deviceHref(id))}"]`);
    if (!link) return;
    wanted.current = undefined;
    link.focus({ preventScroll: true });
  });
}

function scrollToRow(container: HTMLElement | null, index: number): void {
  if (!container) return;
  const top = index * ROW_HEIGHT_PX;
  const visible = container.clientHeight - ROW_HEIGHT_PX;
  if (top < container.scrollTop) container.scrollTop = top;
  else if (top + ROW_HEIGHT_PX > container.scrollTop + visible) container.scrollTop = top + ROW_HEIGHT_PX - visible;
}

function HeadRow(): JSX.Element {
  const t = useT();
  return (
    <thead>
      <tr aria-rowindex={1}>
        <th scope="col" class="col-device">
          {t('column.device')}
        </th>
        <th scope="col" class="col-state">
          {t('column.state')}
        </th>
        <th scope="col" class="col-age number">
          {t('column.lastReading')}
        </th>
        <th scope="col" class="col-severity">
          {t('column.alert')}
        </th>
        <th scope="col" class="col-model">
          {t('column.model')}
        </th>
        <th scope="col" class="col-kind">
          {t('column.kind')}
        </th>
        <th scope="col" class="col-agent">
          {t('column.agent')}
        </th>
        <th scope="col" class="col-time">
          {t('column.since')}
        </th>
      </tr>
    </thead>
  );
}

/** Holds the place of rows that are not rendered, above or below the table. */
function Spacer(props: { readonly rows: number }): JSX.Element {
  return <div style={{ height: `${Math.max(0, props.rows) * ROW_HEIGHT_PX}px` }} />;
}

interface RowsProps {
  readonly ids: readonly string[];
  readonly first: number;
  readonly end: number;
  readonly tabbable: number;
  readonly onFocusRow: (id: string) => void;
}

function Rows(props: RowsProps): JSX.Element {
  const { devices, alerts, lostAgents, tick } = useServices();
  useCell(devices.version);
  useCell(tick);
  const lost = useCell(lostAgents);
  const worst = worstBySubject(useCell(alerts.current));
  return (
    <>
      {props.ids.slice(props.first, props.end).map((id, i) => {
        const row = devices.get(id);
        if (!row) return null;
        const index = props.first + i;
        return (
          <DeviceRowView
            key={id}
            row={row}
            index={index}
            isTabbable={index === props.tabbable}
            lastReadingMs={devices.lastReadingMs(id)}
            isAgentLost={lost.has(row.agent)}
            alert={worst.get(id)}
            onFocusRow={props.onFocusRow}
          />
        );
      })}
    </>
  );
}

function worstBySubject(alerts: readonly Alert[]): Map<string, Alert> {
  const worst = new Map<string, Alert>();
  for (const alert of alerts) if (!worst.has(alert.subject)) worst.set(alert.subject, alert);
  return worst;
}
