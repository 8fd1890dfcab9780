import type { JSX } from 'preact';
import { useT } from '../ui/context.ts';
import { PageHead } from '../ui/page-head.tsx';

export function NotFoundPage(props: { readonly path: string }): JSX.Element {
  const t = useT();
  return (
    <>
      <PageHead title={t('page.notFound')} />
      <p class="empty">
        {t('page.notFoundText', { path: props.path })} <a href="/">{t('page.toOverview')}</a>
      </p>
    </>
  );
}
