import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  baking,
  type HostingBench,
  namedModel,
  startHostingBench,
} from '../../../testing/hosting.testing.ts';
import type { EndpointRecord } from './records.ts';

let folder: string;
let bench: HostingBench;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resume-'));
  bench = await startHostingBench({ stateFolder: folder });
  await bench.createConfig('blue', namedModel('blue'));
  await bench.createConfig('green', namedModel('green'));
  await bench.createEndpoint('e', 'blue');
});

afterEach(async () => {
  await bench.close();
  await rm(folder, { recursive: true, force: true });
});

/** Stops the runtime, calls `change` with the record of the endpoint, and starts the runtime again. */
async function restart(change?: (record: EndpointRecord) => EndpointRecord): Promise<void> {
  const { store } = bench.runtime.cloud;
  const table = store.table<EndpointRecord>('sagemaker.endpoints');
  const record = table.get('e');
  if (change !== undefined && record !== undefined) table.put('e', change(record));
  await bench.close();
  bench = await startHostingBench({ stateFolder: folder });
}

const canary = {
  BlueGreenUpdatePolicy: {
    TrafficRoutingConfiguration: {
      Type: 'CANARY' as const,
      CanarySize: { Type: 'CAPACITY_PERCENT' as const, Value: 25 },
      WaitIntervalInSeconds: 300,
    },
  },
};

async function answers(count: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (let index = 0; index < count; index += 1) found.push(await bench.invoke('e', 'x'));
  return found;
}

describe('after a restart of the runtime', () => {
  it('an endpoint in service answers, even if its model is no longer in S3', async () => {
    await bench.objects.delete('models/blue.tar.gz');

    await restart();

    expect((await bench.describe('e')).EndpointStatus).toBe('InService');
    expect(await answers(2)).toEqual(['blue', 'blue']);
  });

  it('an update that was baking bakes again and completes', async () => {
    await bench.update('e', 'green', canary);
    await bench.until('e', baking('canary'));

    await restart();
    await bench.until('e', baking('canary'));
    const shared = await answers(8);
    bench.clock.advance(300_000);
    const done = await bench.until('e', (e) => e.EndpointStatus === 'InService');

    expect(shared.filter((answer) => answer === 'green')).toHaveLength(2);
    expect(done.EndpointConfigName).toBe('green');
    expect(await answers(2)).toEqual(['green', 'green']);
  });

  it('a rollback in progress completes', async () => {
    await bench.update('e', 'green', canary);
    await bench.until('e', baking('canary'));

    await restart((record) =>
      record.deployment === undefined
        ? record
        : {
            ...record,
            status: 'RollingBack',
            deployment: { ...record.deployment, rollbackReason: 'An alarm rang.' },
          },
    );
    const back = await bench.until('e', (e) => e.EndpointStatus === 'InService');

    expect(back).toMatchObject({ EndpointConfigName: 'blue', FailureReason: 'An alarm rang.' });
    expect(await answers(4)).toEqual(['blue', 'blue', 'blue', 'blue']);
  });

  it('the creation of an endpoint completes', async () => {
    await restart((record) => ({ ...record, status: 'Creating' }));

    const created = await bench.until('e', (e) => e.EndpointStatus === 'InService');

    expect(created.EndpointConfigName).toBe('blue');
    expect(await answers(1)).toEqual(['blue']);
  });

  it('the deletion of an endpoint completes', async () => {
    await restart((record) => ({ ...record, status: 'Deleting' }));

    await expect(bench.until('e', () => false)).rejects.toThrow('Could not find endpoint');
  });
});
