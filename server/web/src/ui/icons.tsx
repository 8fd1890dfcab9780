import type { JSX } from 'preact';
import type { Presence, Severity } from '../contract.ts';

/** Signs of 16 by 16; each differs in shape, so that none depends on its colour. Words stand beside them always. */
function Sign(props: { readonly children: JSX.Element | JSX.Element[]; readonly name: string }): JSX.Element {
  return (
    <svg
      class={`sign sign-${props.name}`}
      viewBox="0 0 16 16"
      width="16"
      height="16"
      aria-hidden="true"
      focusable="false"
    >
      {props.children}
    </svg>
  );
}

const SEVERITY_SHAPES: Readonly<Record<Severity, JSX.Element>> = {
  critical: <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" />,
  high: <path d="M8 1l7.5 14H.5z" />,
  medium: <path d="M8 0.5l7.5 7.5L8 15.5.5 8z" />,
  low: <circle cx="8" cy="8" r="6.5" />,
};

/** Octagon, triangle, diamond, circle: by the rank of the severity, with its number. */
export function SeveritySign(props: { readonly severity: Severity }): JSX.Element {
  const rank = { critical: '1', high: '2', medium: '3', low: '4' }[props.severity];
  return (
    <Sign name={props.severity}>
      {SEVERITY_SHAPES[props.severity]}
      <text x="8" y={props.severity === 'high' ? 13.5 : 11.6} text-anchor="middle">
        {rank}
      </text>
    </Sign>
  );
}

const PRESENCE_SHAPES: Readonly<Record<Presence, JSX.Element>> = {
  online: <path d="M3 8.5l3.5 3.5L13 4.5" />,
  stale: <path d="M8 2a6 6 0 100 12A6 6 0 008 2zM8 4.5V8l2.5 2" />,
  offline: <path d="M3.5 3.5l9 9M12.5 3.5l-9 9" />,
};

/** Tick, clock, cross. */
export function PresenceSign(props: { readonly presence: Presence }): JSX.Element {
  return <Sign name={props.presence}>{PRESENCE_SHAPES[props.presence]}</Sign>;
}

export function BrokenLinkSign(): JSX.Element {
  return (
    <Sign name="broken">
      <path d="M6.5 5.5L8 4a2.8 2.8 0 014 4l-1.5 1.5M9.5 10.5L8 12a2.8 2.8 0 01-4-4l1.5-1.5M2 2l12 12" />
    </Sign>
  );
}

export function MissingSign(): JSX.Element {
  return (
    <Sign name="missing">
      <path d="M8 2a6 6 0 100 12A6 6 0 008 2zM4 4l8 8" />
    </Sign>
  );
}

export function WarningSign(): JSX.Element {
  return (
    <Sign name="warning">
      <path d="M8 2l6.5 12h-13zM8 6.5v4M8 11.8v.7" />
    </Sign>
  );
}

export function Logo(): JSX.Element {
  return (
    <svg class="logo" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true" focusable="false">
      <path class="logo-shield" d="M16 4l10 4v8c0 6-4.2 10-10 12C10.2 26 6 22 6 16V8z" />
      <path class="logo-bolt" d="M17.5 8l-6 9h4l-1 7 6-9h-4z" />
    </svg>
  );
}
