import { App, Stack } from 'aws-cdk-lib';
import { SynthesisMessageLevel } from 'aws-cdk-lib/cx-api';
import { expect, it } from 'vitest';
import { abalone } from '../projects/abalone/project.ts';
import { consoleRegions, refuseConsoleRegion, refuseRegion, supportedRegions } from './regions.ts';
import { createStack } from './testing/project-stack.testing.ts';

it.each(['cn-north-1', 'ap-south-2', 'us-gov-east-1', 'ap-southeast-4', 'mars-north-1'])(
  'refuses the region %s by name at synth',
  (region) => {
    const { app, stack } = createStack(abalone);
    refuseRegion(stack, region);

    const { messages } = app.synth().getStackByName(stack.stackName);

    expect(messages.filter(({ level }) => level === SynthesisMessageLevel.ERROR)).toMatchObject([
      { entry: { data: expect.stringContaining(`cannot be deployed to ${region}`) } },
    ]);
  },
);

it('takes the regions it supports, and an unknown one, which only a deployment knows', () => {
  const { app, stack } = createStack(abalone);
  for (const region of [...supportedRegions, undefined]) refuseRegion(stack, region);

  const { messages } = app.synth().getStackByName(stack.stackName);
  expect(messages.filter(({ level }) => level === SynthesisMessageLevel.ERROR)).toEqual([]);
});

it('refuses only the console in a region without CloudFront, and says how to leave it out', () => {
  const app = new App();
  const stack = new Stack(app, 'console');
  for (const region of [...consoleRegions, 'us-gov-west-1']) refuseConsoleRegion(stack, region);

  const { messages } = app.synth().getStackByName(stack.stackName);

  expect(messages.filter(({ level }) => level === SynthesisMessageLevel.ERROR)).toMatchObject([
    { entry: { data: expect.stringMatching(/to us-gov-west-1: .* -c console=false\.$/) } },
  ]);
});
