import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { addPerson, PASSWORD, type SignInConfig } from '../api/sign-in.ts';
import { useConsole } from './console.ts';
import { showSignIn, signOut } from './sign-out.ts';

const { open, address, endpoint, takeComplaints } = useConsole();

/** Runs in the page: from now on its tokens have expired. */
const EXPIRE = `for (const key of Object.keys(sessionStorage)) {
  const user = JSON.parse(sessionStorage.getItem(key));
  sessionStorage.setItem(key, JSON.stringify({ ...user, expires_at: 1 }));
}`;

it('renews an expired session without leaving the page', async () => {
  const page = await open('/dashboard', 'Dashboard');
  const renewed = renewalOf(page);
  await page.evaluate(EXPIRE);

  await section(page, 'Models').click();

  await page.getByRole('link', { name: 'abalone:1' }).waitFor();
  expect((await renewed).url()).toContain('/oauth2/token');
});

it('renews an expired session when the page is loaded', async () => {
  const page = await open('/models?status=Rejected', 'Models');
  const renewed = renewalOf(page);
  await page.evaluate(EXPIRE);

  await page.reload();

  await page.getByText('No model version matches').waitFor();
  expect((await renewed).url()).toContain('/oauth2/token');
});

it('renews the session when the API refuses a token, and asks again', async () => {
  const page = await open('/dashboard', 'Dashboard');
  const renewed = renewalOf(page);
  // Signed for a time that is over by the clock of the API.
  await page.route('**/api/v1/models*', (route) => route.fulfill({ status: 401, json: {} }), {
    times: 1,
  });

  await section(page, 'Models').click();

  await page.getByRole('link', { name: 'abalone:1' }).waitFor();
  expect((await renewed).url()).toContain('/oauth2/token');
  expect(takeComplaints()).toEqual([expect.stringContaining('401')]);
});

it('tells times by the clock of the API, which runs ahead of the browser', async () => {
  const page = await open('/models', 'Models');

  const registered = page.getByRole('row', { name: /abalone:1/ }).getByRole('time');

  await registered.filter({ hasText: /just now|ago/ }).waitFor();
});

it('says that the connection is lost, and shows the page once it is back', async () => {
  const page = await open('/dashboard', 'Dashboard');
  await page.route('**/api/**', (route) => route.abort());

  await section(page, 'Models').click();
  await page.getByText('The console cannot reach Stepmill').waitFor();
  await page.unroute('**/api/**');
  await page.getByRole('link', { name: 'abalone:1' }).waitFor();

  expect(await page.getByText('The console cannot reach Stepmill').count()).toBe(0);
  // The browser reports each request.
  for (const complaint of takeComplaints()) expect(complaint).toContain('ERR_FAILED');
});

it('lets another person sign in, who sees what waits and may not decide', async () => {
  await addViewer('vera');
  const page = await open('/models', 'Models');
  await showSignIn(page);

  await signOut(page);
  await page.getByLabel('User name').fill('vera');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();

  await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
  await page.getByRole('button', { name: 'vera' }).waitFor();
  await page.getByRole('link', { name: 'abalone:1 waits for approval' }).click();
  const approve = page.getByRole('button', { name: 'Approve' }).first();
  const reason = page.getByText('This needs the group approver. You are in: viewer.').first();
  await reason.waitFor({ state: 'attached' });
  expect(await approve.getAttribute('aria-disabled')).toBe('true');
  await section(page, 'Datasets').click();
  await page.getByText('This needs the group operator. You are in: viewer.').first().waitFor();
});

/** The request for new tokens by the refresh token. */
function renewalOf(page: Page) {
  return page.waitForRequest(
    (request) =>
      request.method() === 'POST' &&
      (request.postData() ?? '').includes('grant_type=refresh_token'),
  );
}

function section(page: Page, name: string) {
  return page.getByRole('navigation').getByRole('link', { name, exact: true });
}

async function addViewer(name: string): Promise<void> {
  const config = (await (await fetch(`${address()}/config.json`)).json()) as SignInConfig;
  const cognito = new CognitoIdentityProviderClient({
    region: 'us-east-1',
    endpoint: endpoint(),
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const pool = config.issuer.slice(config.issuer.lastIndexOf('/') + 1);
  await addPerson(cognito, pool, { name, groups: ['viewer'], scopes: [] });
}
