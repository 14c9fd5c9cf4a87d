import * as z from 'zod';
import { projectName, reason, time, versionName } from '../fields.ts';
import { defineRoute, forChanges, forPolling } from '../route.ts';
import { decision, exampleDecision } from '../schemas/decision.ts';
import { exampleCapacity, servingCapacity, servingPlace } from '../schemas/serving.ts';
import { anyGroup } from '../scopes.ts';

const fleetSchema = z
  .object({
    endpointConfig: z.string().meta({
      description:
        'What serves and never changes: an endpoint config, `<function>:<version>`, or `<family>:<revision>` of a task definition',
    }),
    variant: z.string().meta({ description: 'Of the endpoint; the alias; the service' }),
    model: versionName.optional(),
    percent: z.number().meta({ description: 'Of the requests' }),
    instances: z.int().optional().meta({ description: 'Or tasks of the service' }),
    wantedInstances: z.int().optional(),
    phases: z.array(
      z.object({ status: z.string(), since: time.optional(), message: z.string().optional() }),
    ),
  })
  .meta({ id: 'Fleet' });

const alarmSchema = z
  .object({
    name: z.string(),
    state: z.string(),
    reason: z.string(),
    description: z.string().optional().meta({ description: 'What it watches, and what it does' }),
    since: time.optional(),
    metric: z.string().optional(),
    comparison: z.string().optional(),
    threshold: z.number().optional(),
    treatMissingData: z.string().optional(),
  })
  .meta({ id: 'RollbackAlarm' });

const pastSchema = z
  .object({
    execution: z.string(),
    status: z.string(),
    outcome: z.string().optional(),
    reason: z.string().optional(),
    model: versionName.optional(),
    startedAt: time,
    stoppedAt: time.optional(),
  })
  .meta({ id: 'PastPromotion' });

const endpointSchema = z
  .object({
    project: projectName,
    name: z.string(),
    place: servingPlace,
    status: z.string().meta({
      description:
        'In the words of SageMaker wherever it serves, such as `InService`, or `Updating` while requests move over; `None` while there is nothing',
    }),
    failureReason: z.string().optional(),
    live: versionName.nullable(),
    fleets: z.array(fleetSchema),
    bake: z
      .object({
        since: time
          .optional()
          .meta({ description: 'Missing where ECS counts, which does not say it' }),
        seconds: z.int().optional(),
        asOf: time.meta({
          description:
            'The time by the clock that counts, which runs faster than yours in a local runtime',
        }),
      })
      .nullable()
      .meta({ description: 'The wait in which an alarm still takes the new model back' }),
    alarms: z.array(alarmSchema),
    capacity: z.object({
      ...servingCapacity.shape,
      invocationsPerMinute: z.array(z.object({ at: time, invocations: z.number() })),
    }),
    history: z.array(pastSchema).meta({ description: 'The last promotions, the newest first' }),
  })
  .meta({ id: 'Endpoint' });

const exampleAlarm = {
  name: 'abalone-rollback-errors',
  state: 'OK',
  reason: 'Threshold Crossed: no datapoints were received',
  metric: 'Invocation5XXErrors',
  comparison: 'GreaterThanThreshold',
  threshold: 1,
  treatMissingData: 'notBreaching',
};

const path = z.object({ project: projectName });
const examplePath = { project: 'abalone' };

export const getEndpoint = defineRoute({
  id: 'getEndpoint',
  method: 'GET',
  path: '/projects/{project}/endpoint',
  summary: 'Gives the endpoint: traffic, bake, alarms, capacity, history',
  scope: 'read',
  groups: anyGroup,
  request: { path },
  answer: { status: 200, description: 'The endpoint', body: endpointSchema },
  problems: ['project-not-found'],
  throttle: forPolling,
  isPolled: true,
  example: {
    path: examplePath,
    answer: {
      project: 'abalone',
      name: 'abalone',
      place: { type: 'instances', name: 'abalone' },
      status: 'InService',
      live: 'abalone:3',
      fleets: [
        {
          endpointConfig: 'abalone-v3-1f6a11',
          variant: 'AllTraffic',
          model: 'abalone:3',
          percent: 100,
          instances: 1,
          wantedInstances: 1,
          phases: [],
        },
      ],
      bake: null,
      alarms: [exampleAlarm],
      capacity: {
        ...exampleCapacity,
        invocationsPerMinute: [{ at: '2026-11-29T19:40:00.000Z', invocations: 12 }],
      },
      history: [],
    },
  },
});

export const rollBack = defineRoute({
  id: 'rollBack',
  method: 'POST',
  path: '/projects/{project}/endpoint/rollback',
  summary: 'Rejects the model that is live, so that the one approved before it comes back',
  scope: 'approve',
  groups: ['approver'],
  request: { path, body: z.strictObject({ reason }).meta({ id: 'RollbackRequest' }) },
  answer: { status: 200, description: 'The decision on the live version', body: decision },
  problems: [
    'project-not-found',
    'no-live-model',
    'nothing-to-go-back-to',
    'trial-is-on',
    'already-decided',
    'decided-by-another',
  ],
  throttle: forChanges,
  isChange: true,
  example: {
    path: examplePath,
    body: { reason: 'Complaints about large animals' },
    answer: exampleDecision('Rejected', 'Complaints about large animals'),
  },
});
