import AppLayout, { type AppLayoutProps } from '@cloudscape-design/components/app-layout';
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import Flashbar from '@cloudscape-design/components/flashbar';
import SideNavigation from '@cloudscape-design/components/side-navigation';
import SplitPanel from '@cloudscape-design/components/split-panel';
import { Outlet, useLocation } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { usePerson } from '../data/person.ts';
import { useNotices } from '../parts/notices.tsx';
import { useShownTitle } from '../parts/page.tsx';
import { useFollow } from '../parts/page-link.tsx';
import { SidePanelProvider, useSidePanel } from '../parts/side-panel.tsx';
import { SECTIONS, sectionOf, trailOf } from './sections.ts';
import { Top } from './top.tsx';

/** What is around every page. */
export function Shell() {
  return (
    <SidePanelProvider>
      <div id="top">
        <Top />
      </div>
      <Frame>
        <Outlet />
      </Frame>
    </SidePanelProvider>
  );
}

function Frame({ children }: { readonly children: ReactNode }) {
  const notices = useNotices();
  const { isSignedIn } = usePerson();
  return (
    <AppLayout
      headerSelector="#top"
      navigation={isSignedIn && <Sections />}
      navigationHide={!isSignedIn}
      breadcrumbs={isSignedIn && <Breadcrumbs />}
      notifications={<Flashbar items={[...notices]} stackItems />}
      toolsHide
      maxContentWidth={Number.MAX_VALUE}
      content={children}
      {...useNavigationState()}
      {...useSplitPanel()}
    />
  );
}

/** Open while the page has details to show; beside it or below it by the window, until the person says otherwise. */
function useSplitPanel() {
  const { panel, setHost } = useSidePanel();
  const isWide = useSyncExternalStore(onWidthChange, () => wideWindow.matches);
  const [chosen, setChosen] = useState<AppLayoutProps.SplitPanelPreferences>();
  return {
    splitPanel: panel !== undefined && (
      <SplitPanel header={panel.title}>
        <div ref={setHost} />
      </SplitPanel>
    ),
    splitPanelOpen: panel !== undefined,
    splitPanelPreferences: chosen ?? { position: isWide ? 'side' : 'bottom' },
    onSplitPanelToggle: () => panel?.close(),
    onSplitPanelPreferencesChange: ({
      detail,
    }: {
      readonly detail: AppLayoutProps.SplitPanelPreferences;
    }) => setChosen(detail),
  };
}

/** Narrow windows leave all room to the content of the pages. */
const WIDE_PIXELS = 1_100;
const wideWindow = matchMedia(`(min-width: ${WIDE_PIXELS}px)`);

function onWidthChange(listener: () => void): () => void {
  wideWindow.addEventListener('change', listener);
  return () => wideWindow.removeEventListener('change', listener);
}

/** Open in a wide window, until the person says otherwise; a window that becomes narrow closes it. */
function useNavigationState() {
  const [navigationOpen, setOpen] = useState(wideWindow.matches);
  useEffect(() => {
    return onWidthChange(() => setOpen(wideWindow.matches));
  }, []);
  return {
    navigationOpen,
    onNavigationChange: ({ detail }: { readonly detail: { readonly open: boolean } }) =>
      setOpen(detail.open),
  };
}

function Sections() {
  const follow = useFollow();
  const { pathname } = useLocation();
  return (
    <SideNavigation
      header={{ text: 'Stepmill', href: '/' }}
      activeHref={sectionOf(pathname)?.href ?? pathname}
      items={SECTIONS.map(({ text, href }) => ({ type: 'link', text, href }))}
      onFollow={follow}
    />
  );
}

/** The section, the page above, and the page that is shown, in its own words. */
function Breadcrumbs() {
  const follow = useFollow();
  const { pathname } = useLocation();
  const title = useShownTitle();
  const trail = trailOf(pathname);
  const items = [
    ...trail,
    ...(title === undefined || title === trail.at(-1)?.text
      ? []
      : [{ text: title, href: pathname }]),
  ];
  return <BreadcrumbGroup items={items} onFollow={follow} ariaLabel="Breadcrumbs" />;
}
