import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { MAX_CUSTOM_SPAN_MS, PRESET_NAMES, type Range, windowOf } from '../../charts/range.ts';
import { fromLocalInput, toLocalInput, zoneOffset } from '../../format/zone.ts';
import { useCell, useServices, useT } from '../../ui/context.ts';

interface RangePickerProps {
  readonly range: Range;
  readonly onChange: (range: Range) => void;
}

/** The range of the charts: one that moves with the time, or two moments of district time. */
export function RangePicker(props: RangePickerProps): JSX.Element {
  const t = useT();
  const { range } = props;
  const isCustom = range.kind === 'custom';
  const [isOpen, setOpen] = useState(isCustom);
  useEffect(() => setOpen(isCustom), [isCustom]);
  return (
    <div class="range">
      <fieldset class="segments">
        <legend class="visually-hidden">{t('chart.range')}</legend>
        {PRESET_NAMES.map((preset) => (
          <button
            key={preset}
            type="button"
            aria-pressed={range.kind === 'preset' && range.preset === preset && !isOpen}
            onClick={() => {
              setOpen(false);
              props.onChange({ kind: 'preset', preset });
            }}
          >
            {t(`chart.range.${preset}`)}
          </button>
        ))}
        <button type="button" aria-pressed={isOpen} aria-expanded={isOpen} onClick={() => setOpen(true)}>
          {t('chart.range.custom')}
        </button>
      </fieldset>
      {isOpen && <CustomRange range={range} onChange={props.onChange} />}
    </div>
  );
}

function CustomRange(props: RangePickerProps): JSX.Element {
  const { server, time } = useServices();
  const { timeZone } = useCell(server);
  const t = useT();
  const shown = windowOf(props.range, time.nowMs() ?? 0);
  const [from, setFrom] = useState(toLocalInput(shown.fromMs, timeZone));
  const [to, setTo] = useState(toLocalInput(shown.toMs, timeZone));
  const [isBad, setBad] = useState(false);
  useEffect(() => {
    setFrom(toLocalInput(shown.fromMs, timeZone));
    setTo(toLocalInput(shown.toMs, timeZone));
    // Only another range changes what is typed; the time that goes on does not.
  }, [props.range, timeZone]);
  const apply = (event: Event) => {
    event.preventDefault();
    const fromMs = fromLocalInput(from, timeZone);
    const toMs = fromLocalInput(to, timeZone);
    const isPossible =
      fromMs !== undefined && toMs !== undefined && fromMs < toMs && toMs - fromMs <= MAX_CUSTOM_SPAN_MS;
    setBad(!isPossible);
    if (isPossible) props.onChange({ kind: 'custom', fromMs, toMs });
  };
  return (
    <form class="custom-range" onSubmit={apply}>
      <LocalTime label={t('chart.from')} value={from} onInput={setFrom} />
      <LocalTime label={t('chart.to')} value={to} onInput={setTo} />
      <button type="submit">{t('chart.apply')}</button>
      <span class="note">{t('chart.zone', { offset: zoneOffset(shown.toMs, timeZone) })}</span>
      <span class="is-abnormal" role="alert">
        {isBad && t('chart.badRange')}
      </span>
    </form>
  );
}

function LocalTime(props: {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
}): JSX.Element {
  return (
    <label class="field">
      <span>{props.label}</span>
      <input
        type="datetime-local"
        required
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
    </label>
  );
}
