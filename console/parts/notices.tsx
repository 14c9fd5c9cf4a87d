import type { FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, type ReactNode, use, useCallback, useMemo, useState } from 'react';

export interface Notice {
  readonly type: 'success' | 'error' | 'info' | 'warning';
  readonly header?: ReactNode;
  readonly content: ReactNode;
}

interface Notices {
  readonly items: readonly FlashbarProps.MessageDefinition[];
  readonly notify: (notice: Notice) => void;
}

const NoticesContext = createContext<Notices>({ items: [], notify: () => {} });

/** Keeps the results that the top of the page shows until they are dismissed. */
export function NoticesProvider({ children }: { readonly children: ReactNode }) {
  const [items, setItems] = useState<readonly FlashbarProps.MessageDefinition[]>([]);
  const notify = useCallback((notice: Notice) => {
    const id = crypto.randomUUID();
    const onDismiss = () => setItems((all) => all.filter((each) => each.id !== id));
    const item = { ...notice, id, dismissible: true, dismissLabel: 'Dismiss', onDismiss };
    setItems((all) => [item, ...all]);
  }, []);
  const value = useMemo(() => ({ items, notify }), [items, notify]);
  return <NoticesContext value={value}>{children}</NoticesContext>;
}

/** Shows the result of something at the top of the page, on every page. */
export function useNotify(): Notices['notify'] {
  return use(NoticesContext).notify;
}

export function useNotices(): Notices['items'] {
  return use(NoticesContext).items;
}
