import * as z from 'zod';
import { projectName, reason, time, versionName } from '../fields.ts';
import { defineRoute, forChanges, forPeople } from '../route.ts';
import { decision, exampleDecision } from '../schemas/decision.ts';
import { startedExecution } from '../schemas/execution.ts';
import { anyGroup } from '../scopes.ts';

const path = z.object({ project: projectName });
const examplePath = { project: 'abalone' };

const trialVariant = z.object({
  variant: z.string(),
  model: versionName.optional(),
  percent: z.number(),
  invocations: z.number(),
  clientErrors: z.number(),
  serverErrors: z.number(),
  p50Milliseconds: z.number().optional(),
  p99Milliseconds: z.number().optional(),
});

const trialSchema = z
  .object({
    type: z.enum(['ab', 'shadow']),
    endpointConfig: z.string(),
    champion: trialVariant,
    challenger: trialVariant,
    startedAt: time,
    endsAt: time.optional(),
    leftMs: z.number().optional(),
    terms: z.string().meta({ description: 'What happens in the end' }),
    comparison: z
      .object({
        requests: z.int(),
        unpaired: z.int(),
        answers: z.int(),
        differentShare: z.number().optional(),
        meanAbsoluteDifference: z.number().optional(),
        largestDifference: z.number().optional(),
      })
      .optional()
      .meta({ description: 'Of a shadow: how its answers differ from those of the live model' }),
  })
  .meta({ id: 'Trial' });

const exampleVariant = {
  variant: 'AllTraffic',
  model: 'abalone:2',
  percent: 90,
  invocations: 900,
  clientErrors: 0,
  serverErrors: 0,
  p50Milliseconds: 4.1,
  p99Milliseconds: 9.8,
};

export const getTrial = defineRoute({
  id: 'getTrial',
  method: 'GET',
  path: '/projects/{project}/trial',
  summary: 'Gives the model on trial beside the live one',
  scope: 'read',
  groups: anyGroup,
  request: { path },
  answer: {
    status: 200,
    description: 'The trial; null while there is none',
    body: z.object({ trial: trialSchema.nullable() }),
  },
  problems: ['project-not-found'],
  throttle: forPeople,
  isPolled: true,
  example: {
    path: examplePath,
    answer: {
      trial: {
        type: 'ab',
        endpointConfig: 'abalone-v3-1f6a11',
        champion: exampleVariant,
        challenger: { ...exampleVariant, variant: 'Challenger', model: 'abalone:3', percent: 10 },
        startedAt: '2026-11-29T18:00:00.000Z',
        endsAt: '2026-11-30T18:00:00.000Z',
        terms: 'It is withdrawn unless a person promotes it.',
      },
    },
  },
});

export const promoteTrial = defineRoute({
  id: 'promoteTrial',
  method: 'POST',
  path: '/projects/{project}/trial/promote',
  summary: 'Ends the trial: the model on trial becomes the live one',
  scope: 'approve',
  groups: ['approver'],
  request: {
    path,
    body: z.strictObject({ reason: reason.optional() }).meta({ id: 'PromoteTrialRequest' }),
  },
  answer: { status: 202, description: 'The promotion has started', body: startedExecution },
  problems: ['project-not-found', 'no-trial'],
  throttle: forChanges,
  isChange: true,
  example: {
    path: examplePath,
    body: { reason: 'Fewer errors' },
    answer: {
      project: 'abalone',
      workflow: 'promotion',
      execution: '9f6e4e53-trial',
      executionArn:
        'arn:aws:states:us-east-1:123456789012:execution:abalone-promotion:9f6e4e53-trial',
    },
  },
});

export const withdrawTrial = defineRoute({
  id: 'withdrawTrial',
  method: 'POST',
  path: '/projects/{project}/trial/withdraw',
  summary: 'Ends the trial: the model on trial is rejected and taken away',
  scope: 'approve',
  groups: ['approver'],
  request: { path, body: z.strictObject({ reason }).meta({ id: 'WithdrawTrialRequest' }) },
  answer: {
    status: 200,
    description: 'The decision on the version on trial',
    body: decision,
  },
  problems: ['project-not-found', 'no-trial', 'already-decided', 'decided-by-another'],
  throttle: forChanges,
  isChange: true,
  example: {
    path: examplePath,
    body: { reason: 'Slower' },
    answer: exampleDecision('Rejected', 'Slower'),
  },
});
