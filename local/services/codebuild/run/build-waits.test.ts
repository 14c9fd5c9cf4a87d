import { describe, expect, it } from 'vitest';
import type { WebRequest } from '../../../cloud/web.ts';
import { createVirtualClock } from '../../../host/clock.ts';
import { createTestCloud, settle } from '../../../testing/cloud.testing.ts';
import { BuildWaits } from './build-waits.ts';

/** A clock that counts who holds it. */
function prepare() {
  const clock = createVirtualClock();
  let holds = 0;
  const hold = () => {
    let isOpen = true;
    holds += 1;
    return () => {
      if (isOpen) holds -= 1;
      isOpen = false;
    };
  };
  const cloud = createTestCloud([], { clock: Object.assign(clock, { hold }) });
  return { clock, waits: new BuildWaits(cloud), holds: () => holds };
}

const collect = async () => new Uint8Array();

function request(address: string, seconds: string, method = 'POST'): WebRequest {
  const path = `${address.slice(address.indexOf('/_'))}/${seconds}`;
  return { method, path, host: '127.0.0.1', query: '', headers: [], sourceIp: '', collect };
}

describe('a build that only waits', () => {
  it('gives up the clock for the time, and takes it again', async () => {
    const { clock, holds, waits } = prepare();
    const { address } = waits.hold();

    const answer = waits.web(request(address, '30'));
    await settle();
    const during = holds();
    clock.advance(30_000);

    expect([during, (await answer)?.status, holds()]).toEqual([0, 204, 1]);
  });

  it('holds the clock again only when the last of two waits has ended', async () => {
    const { clock, holds, waits } = prepare();
    const { address, clock: held } = waits.hold();
    const both = [waits.web(request(address, '10')), waits.web(request(address, '20'))];

    clock.advance(10_000);
    await both[0];
    const between = holds();
    clock.advance(10_000);
    await both[1];
    const after = holds();
    held.release();

    expect([between, after, holds()]).toEqual([0, 1, 0]);
  });

  it('does not hold the clock again after its end', async () => {
    const { clock, holds, waits } = prepare();
    const { address, clock: held } = waits.hold();

    const answer = waits.web(request(address, '30'));
    held.release();
    clock.advance(30_000);
    await answer;

    expect(holds()).toBe(0);
    expect((await waits.web(request(address, '30')))?.status).toBe(404);
  });

  it.each([
    ['61', 'POST'],
    ['-1', 'POST'],
    ['', 'POST'],
    ['30', 'GET'],
  ])('refuses %j seconds by %s', async (seconds, method) => {
    const { holds, waits } = prepare();
    const { address } = waits.hold();

    expect((await waits.web(request(address, seconds, method)))?.status).toBe(400);
    expect(holds()).toBe(1);
  });

  it('leaves other paths to others', () => {
    const { waits } = prepare();

    expect(waits.web(request('http://127.0.0.1/_bucket', '30'))).toBeUndefined();
  });
});
