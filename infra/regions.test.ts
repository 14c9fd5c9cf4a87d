import { SynthesisMessageLevel } from 'aws-cdk-lib/cx-api';
import { expect, it } from 'vitest';
import { abalone } from '../projects/index.ts';
import { refuseRegion, supportedRegions } from './regions.ts';
import { createStack } from './testing/project-stack.ts';

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
