import TopNavigation, {
  type TopNavigationProps,
} from '@cloudscape-design/components/top-navigation';
import { usePerson } from '../data/person.ts';
import { useClock } from '../parts/clock.ts';
import { describeDuration } from '../parts/moment.tsx';
import { useFollow } from '../parts/page-link.tsx';
import { useApp } from './app-context.ts';
import { useColorMode } from './color-mode.ts';
import type { Config } from './config.ts';

/** Where the console is, who is signed in. */
export function Top() {
  const { config } = useApp();
  const { isDark, toggle } = useColorMode();
  const follow = useFollow();
  return (
    <TopNavigation
      identity={{
        href: '/',
        logo: { src: '/icon.svg', alt: 'Stepmill' },
        onFollow: (event) =>
          follow({ detail: { href: '/' }, preventDefault: () => event.preventDefault() }),
      }}
      utilities={[
        usePlaceMenu(config),
        {
          type: 'button',
          text: isDark ? 'Light' : 'Dark',
          ariaLabel: isDark ? 'Switch to light mode' : 'Switch to dark mode',
          onClick: toggle,
        },
        usePersonMenu(),
      ]}
    />
  );
}

const MINUTE = 60_000;

/**
 * The deployment, and whether its clock runs ahead: then what was done a minute ago is hours old on this page. The
 * note has no entry of its own, because an entry that appears gives the menus behind it new places, which closes them.
 */
function usePlaceMenu({ environment, account, region }: Config): TopNavigationProps.Utility {
  const { isAhead, minutes } = useClock();
  const place = `Account ${account}, ${region}.`;
  return {
    type: 'menu-dropdown',
    text: isAhead ? `${environment} · Simulated time` : environment,
    title: 'Environment',
    description: isAhead
      ? `${place} All times are by the runtime's clock, which runs faster while workflows only wait. It is ${describeDuration(minutes * MINUTE)} ahead of yours.`
      : place,
    items: [{ id: 'api', text: 'OpenAPI document', href: '/openapi.json', external: true }],
  };
}

/** Who is signed in, and how to leave; for visitors, how to come. */
function usePersonMenu(): TopNavigationProps.Utility {
  const { signIn, signOut } = useApp();
  const { name, groups, isSignedIn } = usePerson();
  if (!isSignedIn) return { type: 'button', text: 'Sign in', onClick: signIn };
  return {
    type: 'menu-dropdown',
    text: name,
    iconName: 'user-profile',
    description: groups.length === 0 ? 'In no group' : groups.join(', '),
    items: [{ id: 'sign-out', text: 'Sign out' }],
    onItemClick: signOut,
  };
}
