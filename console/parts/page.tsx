import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import type { ReactNode } from 'react';
import { useLayoutEffect, useSyncExternalStore } from 'react';

interface PageProps {
  readonly title: string;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** One page: its title, what can be done on it, its content. */
export function Page({ title, description, actions, children }: PageProps) {
  useLayoutEffect(() => {
    document.title = `${title} | Stepmill`;
    setShownTitle(title);
    return () => setShownTitle(undefined);
  }, [title]);
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={description} actions={actions}>
          {title}
        </Header>
      }
    >
      {children}
    </ContentLayout>
  );
}

let shownTitle: string | undefined;
const listeners = new Set<() => void>();

function setShownTitle(title: string | undefined): void {
  shownTitle = title;
  for (const listener of listeners) listener();
}

function onShownTitle(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** The title of the page that is shown, for what is around it; undefined while a page is loaded. */
export function useShownTitle(): string | undefined {
  return useSyncExternalStore(onShownTitle, () => shownTitle);
}
