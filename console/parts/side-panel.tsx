import {
  createContext,
  type ReactNode,
  use,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { createPortal } from 'react-dom';

/** What the shell shows in its split panel. */
interface OpenPanel {
  readonly title: string;
  readonly close: () => void;
}

interface SidePanels {
  readonly panel: OpenPanel | undefined;
  readonly setPanel: (panel: OpenPanel | undefined) => void;
  /** The element in which the page puts the content. */
  readonly host: HTMLElement | null;
  readonly setHost: (host: HTMLElement | null) => void;
}

const SidePanelContext = createContext<SidePanels>({
  panel: undefined,
  setPanel: () => {},
  host: null,
  setHost: () => {},
});

/** Lets pages fill the split panel of the shell. */
export function SidePanelProvider({ children }: { readonly children: ReactNode }) {
  const [panel, setPanel] = useState<OpenPanel>();
  const [host, setHost] = useState<HTMLElement | null>(null);
  const value = useMemo(() => ({ panel, setPanel, host, setHost }), [panel, host]);
  return <SidePanelContext value={value}>{children}</SidePanelContext>;
}

/** For the shell. */
export function useSidePanel(): SidePanels {
  return use(SidePanelContext);
}

interface SidePanelProps {
  readonly title: string;
  readonly close: () => void;
  readonly children: ReactNode;
}

/** Details of something on the page, beside or below it, as the person prefers. */
export function SidePanel({ title, close, children }: SidePanelProps) {
  const { setPanel, host } = useSidePanel();
  const latest = useRef(close);
  useLayoutEffect(() => {
    latest.current = close;
  });
  useEffect(() => {
    setPanel({ title, close: () => latest.current() });
  }, [title, setPanel]);
  useEffect(() => () => setPanel(undefined), [setPanel]);
  return host === null ? null : createPortal(children, host);
}
