import { expect, it } from 'vitest';
import { VerifiedTokens } from './verified-tokens.ts';

const KEPT = 500;

it('verifies a token once while it is among the 500 latest', async () => {
  const verified: string[] = [];
  const tokens = new VerifiedTokens();
  const get = (token: string) =>
    tokens.get(token, async () => {
      verified.push(token);
      return { sub: token };
    });
  for (let index = 0; index < KEPT; index += 1) await get(`t${index}`);

  expect(await get('t0')).toEqual({ sub: 't0' });
  expect(verified).toHaveLength(KEPT);

  await get('one more');
  await get('t1');
  await get('t0');
  expect(verified.slice(KEPT)).toEqual(['one more', 't0']);
});

it('verifies a refused token again', async () => {
  const tokens = new VerifiedTokens();
  const refused = tokens.get('t', () => Promise.reject(new Error('bad')));

  await expect(refused).rejects.toThrow('bad');
  expect(await tokens.get('t', async () => ({ sub: 'a' }))).toEqual({ sub: 'a' });
});
