import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { AgentsPage } from '../pages/agents/agents-page.tsx';
import { AlertsPage } from '../pages/alerts/alerts-page.tsx';
import { DevicePage } from '../pages/device/device-page.tsx';
import { DevicesPage } from '../pages/devices/devices-page.tsx';
import { GridPage } from '../pages/grid/grid-page.tsx';
import { NotFoundPage } from '../pages/not-found-page.tsx';
import { OverviewPage } from '../pages/overview/overview-page.tsx';
import { SignInPage } from '../pages/sign-in-page.tsx';
import { parseRoute, type Route } from '../router/route.ts';
import { Announcer } from '../ui/announcer.tsx';
import { useCell, useServices, useT } from '../ui/context.ts';
import { Header } from '../ui/header.tsx';
import { StatusStrip } from '../ui/status-strip.tsx';

/**
 * The frame of every page. All pages are in one bundle: a page that is loaded later could not be loaded while the server
 * is away or after it was updated, and the operator must not have to reload.
 */
export function App(): JSX.Element {
  const { session } = useServices();
  return useCell(session.state).kind === 'signedOut' ? <SignInPage /> : <Frame />;
}

function Frame(): JSX.Element {
  const { router } = useServices();
  const t = useT();
  const { path } = useCell(router.place);
  const route = useMemo(() => parseRoute(path), [path]);
  return (
    <>
      <a class="skip" href="#main">
        {t('app.skip')}
      </a>
      <Header route={route} />
      <StatusStrip />
      <main id="main" tabIndex={-1}>
        <CurrentPage route={route} />
      </main>
      <Announcer />
    </>
  );
}

function CurrentPage(props: { readonly route: Route }): JSX.Element {
  const { route } = props;
  switch (route.page) {
    case 'overview':
      return <OverviewPage />;
    case 'devices':
      return <DevicesPage />;
    case 'device':
      return <DevicePage key={route.id} id={route.id} />;
    case 'agents':
      return <AgentsPage id={route.id} />;
    case 'grid':
      return <GridPage />;
    case 'alerts':
      return <AlertsPage />;
    default:
      return <NotFoundPage path={route.path} />;
  }
}
