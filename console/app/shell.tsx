import AppLayout, { type AppLayoutProps } from '@cloudscape-design/components/app-layout';
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import Flashbar from '@cloudscape-design/components/flashbar';
import SideNavigation from '@cloudscape-design/components/side-navigation';
import SplitPanel from '@cloudscape-design/components/split-panel';
import { Outlet, useLocation } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { usePerson } from '../data/person.ts';
import { useNotices } from '../parts/notices.tsx';
import { useFollow } from '../parts/page-link.tsx';
import { SidePanelProvider, useSidePanel } from '../parts/side-panel.tsx';
import { SECTIONS, sectionOf } from './sections.ts';
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

/** Open while the page has details to show. */
function useSplitPanel() {
  const { panel, setHost } = useSidePanel();
  const [preferences, setPreferences] = useState<AppLayoutProps.SplitPanelPreferences>({
    position: innerWidth >= WIDE_PIXELS ? 'side' : 'bottom',
  });
  return {
    splitPanel: panel !== undefined && (
      <SplitPanel header={panel.title}>
        <div ref={setHost} />
      </SplitPanel>
    ),
    splitPanelOpen: panel !== undefined,
    splitPanelPreferences: preferences,
    onSplitPanelToggle: () => panel?.close(),
    onSplitPanelPreferencesChange: ({
      detail,
    }: {
      readonly detail: AppLayoutProps.SplitPanelPreferences;
    }) => setPreferences(detail),
  };
}

/** Narrow windows begin with the pages' content. */
const WIDE_PIXELS = 1_100;

function useNavigationState() {
  const [navigationOpen, setOpen] = useState(() => innerWidth >= WIDE_PIXELS);
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

/** Ids say nothing after their first characters; the title of the page names what is shown. */
const LONGEST_PART = 32;
const SHOWN_CHARACTERS = 8;

function shortenPart(part: string): string {
  const text = decodeURIComponent(part);
  return text.length < LONGEST_PART ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}

/** The section, and what of it is shown. */
function Breadcrumbs() {
  const follow = useFollow();
  const { pathname } = useLocation();
  const section = sectionOf(pathname);
  const rest = pathname
    .slice(section?.href.length ?? 0)
    .split('/')
    .filter((part) => part !== '');
  const items = [
    { text: 'Stepmill', href: '/' },
    ...(section === undefined ? [] : [section]),
    ...(rest.length === 0 ? [] : [{ text: rest.map(shortenPart).join(' / '), href: pathname }]),
  ];
  return <BreadcrumbGroup items={items} onFollow={follow} ariaLabel="Breadcrumbs" />;
}
