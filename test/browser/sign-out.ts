import type { Page } from 'playwright-core';

/** Signs the person of the machine out. */
export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'local', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
}

/** Has the page for signing in shown: the runtime takes everyone else for the person of the machine. */
export async function showSignIn(page: Page): Promise<void> {
  await page.route('**/oauth2/authorize?*', (route) => {
    const location = route.request().url().replace('/oauth2/authorize', '/login');
    return route.fulfill({ status: 302, headers: { location } });
  });
}
