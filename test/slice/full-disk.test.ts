import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetParametersByPathCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import { removeFolder } from '../remove-folder.ts';
import { ChildRuntime } from './child-runtime.ts';
import { synthesizeSlice } from './slice-runtime.ts';
import { canMakeSmallDisks, SmallDisk } from './small-disk.ts';
import { until } from './until.ts';

const DISK_MEGABYTES = 128;
/** Less than the runtime keeps free for its own tables. */
const LEFT_MEGABYTES = 16;
const UPLOAD_BYTES = 24 * 1024 * 1024;
/** The longest value of a standard parameter. */
const LONG_VALUE = 'x'.repeat(4_096);

describe.skipIf(!canMakeSmallDisks())('On a disk that becomes full', { timeout: 120_000 }, () => {
  let disk: SmallDisk;
  let folder: string;
  let assembly: string;
  let runtime: ChildRuntime;

  async function start(): Promise<void> {
    runtime = await ChildRuntime.start(join(disk.folder, 'state'), assembly, {
      within: disk.enter,
    });
  }

  /** @returns the error, if it was refused */
  async function put(name: string): Promise<Error | undefined> {
    const parameter = {
      Name: `/full-disk/${name}`,
      Value: LONG_VALUE,
      Type: 'String',
      Overwrite: true,
    } as const;
    return runtime.slice.connection.ssm.send(new PutParameterCommand(parameter)).then(
      () => undefined,
      (error: Error) => error,
    );
  }

  async function names(): Promise<readonly string[]> {
    const found: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await runtime.slice.connection.ssm.send(
        new GetParametersByPathCommand({ Path: '/full-disk', ...(NextToken && { NextToken }) }),
      );
      for (const { Name = '' } of page.Parameters ?? []) found.push(Name.split('/').at(-1) ?? '');
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return found.toSorted();
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stepmill-full-disk-'));
    assembly = await synthesizeSlice(join(folder, 'assembly'));
    disk = await SmallDisk.mount(DISK_MEGABYTES);
    await start();
  }, 120_000);

  afterAll(async () => {
    await runtime?.stop();
    await disk?.unmount();
    await removeFolder(folder);
  });

  it('refuses writes that do not fit, keeps running, and loses nothing', async () => {
    expect(await put('before')).toBeUndefined();
    await disk.fill(LEFT_MEGABYTES);
    const { slice } = runtime;

    const upload = slice.upload('large.csv', Buffer.alloc(UPLOAD_BYTES, '1,2,3\n'));
    await expect(upload).rejects.toMatchObject({
      name: 'InsufficientStorage',
      message: expect.stringMatching(/is full: .*large\.csv' was not stored/),
      $metadata: { httpStatusCode: 507 },
    });
    const Key = `${slice.project.incomingPrefix}large.csv`;
    const head = new HeadObjectCommand({ Bucket: slice.project.bucket, Key });
    await expect(slice.connection.s3.send(head)).rejects.toMatchObject({ name: 'NotFound' });

    const refusal = await put('on-a-full-disk');
    expect(refusal).toMatchObject({
      name: 'InsufficientStorage',
      message: expect.stringContaining('goes to the disk as soon as there is room'),
      $metadata: { httpStatusCode: 507 },
    });
    const startExecution = new StartExecutionCommand({
      stateMachineArn: slice.project.promotionStateMachineArn,
      name: 'on-a-full-disk',
    });
    await expect(slice.connection.states.send(startExecution)).rejects.toThrow(/is full/);
    expect(await names()).toEqual(['before', 'on-a-full-disk']);

    await disk.free();
    await until('room', async () => ((await put('after')) === undefined ? true : undefined));
    await runtime.kill();
    await start();

    expect(await names()).toEqual(['after', 'before', 'on-a-full-disk']);
    const { status, path } = await runtime.slice.trained(
      await runtime.slice.upload('good.csv', generateAbaloneSample(3, 400)),
    );
    expect({ status, end: path.at(-1) }).toEqual({ status: 'SUCCEEDED', end: 'Registered' });
  });
});
