import { DescribeModelPackageCommand } from '@aws-sdk/client-sagemaker';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { defineProject } from '../../definition/index.ts';
import { decide, findModelPackage, startTraining } from '../../operations/index.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import type { Slice } from '../slice/slice-runtime.ts';
import { useConsole } from './console.ts';
import { type ConsoleRuntime, startConsole } from './console-runtime.ts';

const ROWS = 1_200;
/** Trainings and rollouts, while other programs use the machine. */
const TIMEOUT_MILLISECONDS = 900_000;

const trialProject = defineProject({
  ...abalone,
  // It learns for so few rounds that another algorithm is better.
  training: {
    ...abalone.training,
    hyperparameters: { ...abalone.training.hyperparameters, num_round: 8 },
  },
  serving: {
    ...abalone.serving,
    rollout: { type: 'all-at-once', bakeSeconds: 60, executionTimeoutSeconds: 3_600 },
    trial: { type: 'ab', percent: 20, timeLimitHours: 24, whenTimeIsUp: 'withdraw' },
  },
});

let slice: Slice;

/** One live model, and another version on trial beside it. */
async function startTrial(): Promise<ConsoleRuntime> {
  const started = await startConsole({ project: trialProject });
  slice = started.slice;
  await slice.trained(await slice.upload('abalone.csv', generateAbaloneSample(1, ROWS)));
  const first = await approve(1);
  await slice.promotions.end(await slice.promotions.begunBy(first));
  await trainAndApprove(2, { algorithm: 'random-forest' });
  return started;
}

const { open } = useConsole(startTrial);

async function approve(version: number): Promise<string> {
  const { connection, project } = slice;
  const status = 'PendingManualApproval';
  const { ModelPackageArn } = await findModelPackage(connection, project, { version, status });
  await decide(connection, ModelPackageArn, 'Approved', 'Good enough');
  return ModelPackageArn;
}

type Settings = Readonly<Record<string, string>>;

async function trainAndApprove(version: number, settings: Settings): Promise<void> {
  await slice.trainings.end(await startTraining(slice.connection, slice.project, { settings }));
  await approve(version);
}

/** Waits until the page of the endpoint shows that a version is live, without being loaded again. */
async function isLive(page: Page, version: string): Promise<void> {
  await page.getByRole('definition').filter({ hasText: version }).first().waitFor();
  await page.getByRole('definition').filter({ hasText: 'In service' }).first().waitFor();
}

it('promotes what is on trial, and rolls it back', {
  timeout: TIMEOUT_MILLISECONDS,
}, async () => {
  const page = await open('/endpoints/abalone', 'Endpoint of abalone');
  page.setDefaultTimeout(TIMEOUT_MILLISECONDS);

  await page.getByText('On trial: abalone:2').waitFor();
  await page.getByLabel('Reason').fill('Fewer mistakes');
  await page.getByRole('button', { name: 'Promote' }).click();
  await page.getByText('its promotion has started').waitFor();
  await page.getByText('On trial: abalone:2').waitFor({ state: 'detached' });
  await isLive(page, 'abalone:2');

  await page.getByRole('button', { name: 'Roll back' }).click();
  await page.getByText('abalone:1, which was live').waitFor();
  await page.getByLabel('Reason').fill('Large animals are too old');
  await page.getByRole('button', { name: /^Roll back/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Endpoint of abalone' }).waitFor();
  await isLive(page, 'abalone:1');
});

it('withdraws what is on trial, and leaves the live model', {
  timeout: TIMEOUT_MILLISECONDS,
}, async () => {
  await trainAndApprove(3, { num_round: '60' });
  const page = await open('/endpoints/abalone', 'Endpoint of abalone');
  page.setDefaultTimeout(TIMEOUT_MILLISECONDS);

  await page.getByText('On trial: abalone:3').waitFor();
  const withdraw = page.getByRole('button', { name: 'Withdraw' });
  expect(await withdraw.getAttribute('aria-disabled')).toBe('true');
  await page.getByLabel('Reason').fill('Answers too slowly');
  await withdraw.click();
  await page.getByText('The model on trial is rejected').waitFor();
  await page.getByText('On trial: abalone:3').waitFor({ state: 'detached' });

  await isLive(page, 'abalone:1');
  const { ModelApprovalStatus, ApprovalDescription } = await describeVersion(3);
  expect(ModelApprovalStatus).toBe('Rejected');
  expect(ApprovalDescription).toContain('Answers too slowly');
});

async function describeVersion(version: number) {
  const { connection, project } = slice;
  const { ModelPackageArn } = await findModelPackage(connection, project, {
    version,
    status: 'Rejected',
  });
  return connection.sagemaker.send(
    new DescribeModelPackageCommand({ ModelPackageName: ModelPackageArn }),
  );
}
