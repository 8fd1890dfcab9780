import type { JSX } from 'preact';
import { useT } from './context.ts';
import { WarningSign } from './icons.tsx';

/** Why something could not be loaded, in the server's words. */
export function ErrorNote(props: { readonly reason: string }): JSX.Element {
  const t = useT();
  return (
    <p class="error-note" role="alert">
      <WarningSign /> {t('common.failed', { reason: props.reason })} {t('common.retrying')}
    </p>
  );
}
