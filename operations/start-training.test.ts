import type { ListObjectsV2CommandInput } from '@aws-sdk/client-s3';
import type { StartExecutionCommandInput } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import type { ProjectParameter, TrainingInput } from '../events/index.ts';
import { scriptedClients } from './scripted-clients.testing.ts';
import { startTraining } from './start-training.ts';

const project = {
  bucket: 'b',
  incomingPrefix: 'incoming/flowers/',
  trainingStateMachineArn: 'arn:machine',
} as ProjectParameter;

/** Uploads, the oldest first. */
const KEYS = ['1/a.csv', '1/_SUCCESS', '2/a.csv', '2/_SUCCESS', '2/late.csv'];

/** The key a training starts with. */
async function keyOf(folder: ProjectParameter['folder'], given?: string): Promise<string> {
  let started: TrainingInput | undefined;
  const connection = scriptedClients({
    ListObjectsV2: ({ Prefix = '' }: ListObjectsV2CommandInput) => ({
      Contents: KEYS.map((key, at) => ({
        Key: `incoming/flowers/${key}`,
        LastModified: new Date(at * 1_000),
      })).filter(({ Key }) => Key.startsWith(Prefix)),
    }),
    HeadObject: () => ({ VersionId: 'v' }),
    StartExecution: ({ input = '' }: StartExecutionCommandInput) => {
      started = JSON.parse(input) as TrainingInput;
      return { executionArn: 'arn:e' };
    },
  });
  await startTraining(connection, { ...project, folder }, { key: given, settings: {} });
  return started?.object.key ?? '';
}

describe('a training on what was uploaded', () => {
  it.each([
    ['the newest file', undefined, undefined, '2/late.csv'],
    ['a file', undefined, '1/a.csv', '1/a.csv'],
    ['the folder that was closed last', { marker: '_SUCCESS' }, undefined, '2/_SUCCESS'],
    ['a folder', { marker: '_SUCCESS' }, '1', '1/_SUCCESS'],
    ['a folder by its key', { marker: '_SUCCESS' }, 'incoming/flowers/1/', '1/_SUCCESS'],
    ['a folder by its marker', { marker: '_SUCCESS' }, '1/_SUCCESS', '1/_SUCCESS'],
    ['the newest folder without markers', {}, undefined, '2/late.csv'],
    ['a folder without markers', {}, '1/', '1/_SUCCESS'],
  ])('finds %s', async (_what, folder, given, key) => {
    expect(await keyOf(folder, given)).toBe(`incoming/flowers/${key}`);
  });
});
