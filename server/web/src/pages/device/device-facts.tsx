import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { isMessageKey } from '../../i18n/translate.ts';
import { agentHref } from '../../router/route.ts';
import { Age } from '../../ui/age.tsx';
import { PresenceBadge } from '../../ui/badges.tsx';
import { useCell, useServices, useT, useTimeTexts } from '../../ui/context.ts';

/** Who the device is, whether it is heard, and when it was read last. */
export function DeviceFacts(props: { readonly id: string }): JSX.Element {
  const { devices, lostAgents, tick } = useServices();
  const t = useT();
  const time = useTimeTexts();
  useCell(devices.version);
  useCell(tick);
  const lost = useCell(lostAgents);
  const row = devices.get(props.id);
  const serial = useSerial(props.id, row !== undefined);
  const presence = row && lost.has(row.agent) && row.presence === 'online' ? 'stale' : row?.presence;
  const kind = `kind.${row?.kind ?? 'device'}`;
  return (
    <dl class="facts">
      <Fact name={t('column.state')}>
        {presence ? (
          <>
            <PresenceBadge presence={presence} />{' '}
            {row && <span class="note">{t('common.since', { time: time.short(row.sinceMs) })}</span>}
          </>
        ) : (
          t('common.none')
        )}
      </Fact>
      <Fact name={t('column.lastReading')}>
        <Age timeMs={devices.lastReadingMs(props.id)} />
      </Fact>
      <Fact name={t('column.model')}>{row?.model ?? t('common.unknown')}</Fact>
      <Fact name={t('column.kind')}>{isMessageKey(kind) ? t(kind) : row?.kind}</Fact>
      <Fact name={t('device.serial')}>{serial ?? t('common.unknown')}</Fact>
      <Fact name={t('column.agent')}>{row ? <a href={agentHref(row.agent)}>{row.agent}</a> : t('common.none')}</Fact>
    </dl>
  );
}

function Fact(props: { readonly name: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <div class="fact">
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

/** The stream does not carry it: it is asked for once. */
function useSerial(id: string, isKnown: boolean): string | undefined {
  const { api } = useServices();
  const [serial, setSerial] = useState<string | undefined>(undefined);
  useEffect(() => {
    const abort = new AbortController();
    setSerial(undefined);
    if (!isKnown) return;
    api.device(id, abort.signal).then(
      (device) => setSerial(device.serial ?? undefined),
      // "unknown" stands there already, and the strip says what is wrong with the server.
      () => undefined,
    );
    return () => abort.abort();
  }, [api, id, isKnown]);
  return serial;
}
