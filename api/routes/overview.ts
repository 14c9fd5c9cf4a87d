import * as z from 'zod';
import { driftVerdicts } from '../../events/index.ts';
import { datasetId, time, versionName, workflowName } from '../fields.ts';
import { defineRoute, forPolling } from '../route.ts';
import { exampleExecution, executionSummary } from '../schemas/execution.ts';
import { exampleProject, projectFields } from '../schemas/project.ts';
import { servingType } from '../schemas/serving.ts';
import { anyGroup } from '../scopes.ts';

const needSchema = z
  .object({
    kind: z.enum(['approval', 'refused-data', 'failed-run', 'alarm', 'drift']),
    text: z.string(),
    since: time.optional(),
    model: versionName.optional(),
    dataset: datasetId.optional(),
    workflow: workflowName.optional().meta({ description: 'Of the execution' }),
    execution: z.string().optional(),
    alarm: z.string().optional(),
    report: z.string().optional().meta({ description: 'The report of the monitoring' }),
  })
  .meta({ id: 'Need', description: 'Something that waits for a person' });

const projectOverview = z
  .object({
    ...projectFields,
    live: versionName.nullable(),
    endpoint: z.object({ type: servingType, name: z.string(), status: z.string() }),
    running: z.int().meta({ description: 'Executions that run now, of the last ones' }),
    lastTraining: executionSummary.nullable(),
    lastPromotion: executionSummary.nullable(),
    trial: z.boolean().meta({ description: 'Whether a model is on trial' }),
    alarms: z.array(z.object({ name: z.string(), state: z.string() })),
    drift: z
      .object({
        verdict: z.enum(driftVerdicts),
        report: z.string(),
        at: time.meta({ description: 'The end of the window' }),
        drifted: z.array(z.string()),
      })
      .nullable()
      .meta({ description: 'The last verdict of the monitoring; null where there is none' }),
    needs: z.array(needSchema),
  })
  .meta({ id: 'ProjectOverview' });

export const getOverview = defineRoute({
  id: 'getOverview',
  method: 'GET',
  path: '/overview',
  summary: 'Gives all that a dashboard shows, in one answer',
  description:
    'What runs is as of the last second, and what is quiet is as of the last seconds where there are many projects: an account lists executions five times a second. `Poll-After` says in how many seconds to ask again: 1 while something runs, 15 otherwise.',
  scope: 'read',
  groups: anyGroup,
  request: {},
  answer: {
    status: 200,
    description: 'All projects at one moment',
    body: z.object({
      environment: z.string(),
      delivery: z.boolean().meta({ description: 'Whether the app has a pipeline' }),
      projects: z.array(projectOverview),
    }),
  },
  problems: [],
  throttle: forPolling,
  isPolled: true,
  example: {
    answer: {
      environment: 'dev',
      delivery: false,
      projects: [
        {
          ...exampleProject,
          live: 'abalone:2',
          endpoint: { type: 'instances', name: 'abalone', status: 'InService' },
          running: 0,
          lastTraining: exampleExecution,
          lastPromotion: null,
          trial: false,
          alarms: [{ name: 'abalone-rollback-errors', state: 'OK' }],
          drift: {
            verdict: 'ok',
            report: '3f0c9a52-monitoring',
            at: '2026-11-29T00:00:00.000Z',
            drifted: [],
          },
          needs: [{ kind: 'approval', text: 'abalone:3 waits for approval', model: 'abalone:3' }],
        },
      ],
    },
  },
});
