import CloudscapeLink, { type LinkProps } from '@cloudscape-design/components/link';
import { createLink, useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** What Cloudscape's components report when a link is followed. */
interface Followed {
  readonly detail: { readonly href?: string | undefined; readonly external?: boolean };
  preventDefault(): void;
}

/** Follows links of Cloudscape's components without loading the page again. */
export function useFollow(): (event: Followed) => void {
  const { history } = useRouter();
  return (event) => {
    const { href, external = false } = event.detail;
    if (href === undefined || external || !href.startsWith('/')) return;
    event.preventDefault();
    history.push(href);
  };
}

interface AnchorProps {
  readonly href?: string;
  readonly children?: ReactNode;
  readonly variant?: LinkProps['variant'];
  readonly fontSize?: LinkProps['fontSize'];
  readonly ariaLabel?: string;
  /** `inverted` on the coloured notices at the top. */
  readonly color?: LinkProps['color'];
}

function Anchor({ href = '', children, variant, fontSize, ariaLabel, color }: AnchorProps) {
  const follow = useFollow();
  return (
    <CloudscapeLink
      href={href}
      onFollow={follow}
      {...(variant === undefined ? {} : { variant })}
      {...(fontSize === undefined ? {} : { fontSize })}
      {...(color === undefined ? {} : { color })}
      {...(ariaLabel === undefined ? {} : { ariaLabel })}
    >
      {children}
    </CloudscapeLink>
  );
}

/** A link to a page of the console, typed by its routes: `<PageLink to="/models/$version" params={…}>`. */
export const PageLink = createLink(Anchor);
