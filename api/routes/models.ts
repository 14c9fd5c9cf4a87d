import * as z from 'zod';
import { rolloutSchema, trialTermsSchema } from '../../events/index.ts';
import { nextPageToken, pageQuery, projectName, reason, versionName } from '../fields.ts';
import { defineRoute, forChanges, forPeople } from '../route.ts';
import { approvalStatus, decision, exampleDecision } from '../schemas/decision.ts';
import {
  exampleVersion,
  exampleVersionSummary,
  gateBound,
  versionDetail,
  versionSummary,
} from '../schemas/model-version.ts';
import { servingType } from '../schemas/serving.ts';
import { anyGroup } from '../scopes.ts';

const versionPath = z.object({ version: versionName });
const examplePath = { version: 'abalone:3' };

export const listModels = defineRoute({
  id: 'listModels',
  method: 'GET',
  path: '/models',
  summary: 'Lists model versions, the newest of each project first',
  scope: 'read',
  groups: anyGroup,
  request: {
    query: z.strictObject({
      project: projectName.optional().meta({ description: 'Of all projects by default' }),
      status: approvalStatus.optional(),
      ...pageQuery,
    }),
  },
  answer: {
    status: 200,
    description: 'A page of versions',
    body: z.object({ models: z.array(versionSummary), nextPageToken }),
  },
  problems: ['project-not-found'],
  throttle: forPeople,
  isPolled: true,
  isAtRoot: true,
  example: { query: { project: 'abalone' }, answer: { models: [exampleVersionSummary] } },
});

export const getModel = defineRoute({
  id: 'getModel',
  method: 'GET',
  path: '/models/{version}',
  summary: 'Gives a model version with everything that led to it and came of it',
  scope: 'read',
  groups: anyGroup,
  request: { path: versionPath },
  answer: { status: 200, description: 'The version', body: versionDetail },
  problems: ['project-not-found', 'version-not-found'],
  throttle: forPeople,
  isPolled: true,
  example: { path: examplePath, answer: exampleVersion },
});

const approvalPlan = z
  .object({
    does: z.enum(['nothing', 'mark-only', 'rollout', 'trial', 'create-endpoint']).meta({
      description:
        '`nothing`: it is approved already. `mark-only`: a newer version is approved, which stays live. Otherwise it is rolled out, tried beside the live version, or becomes the first model of the endpoint.',
    }),
    replaces: versionName.nullable().meta({ description: 'The version that is live now' }),
    rollout: rolloutSchema.optional().meta({ description: 'How the requests move over' }),
    trial: trialTermsSchema.optional(),
    alarms: z.array(z.string()).meta({ description: 'What takes it back while it bakes' }),
    comesBack: versionName
      .nullable()
      .meta({ description: 'The version that serves if it fails; null where none does' }),
  })
  .meta({ id: 'ApprovalPlan' });

const rejectionPlan = z
  .object({
    does: z.enum(['nothing', 'mark-only', 'roll-back', 'keep-serving', 'end-trial']).meta({
      description:
        '`nothing`: it is rejected already. `mark-only`: it does not serve. `roll-back`: it is live, and `comesBack` replaces it. `keep-serving`: it is live and no other version is approved. `end-trial`: it is on trial and is taken away.',
    }),
    comesBack: versionName.nullable(),
    rollout: rolloutSchema.optional(),
  })
  .meta({ id: 'RejectionPlan' });

export const planDecision = defineRoute({
  id: 'planDecision',
  method: 'GET',
  path: '/models/{version}/plan',
  summary: 'Says what approving or rejecting a model version would do now',
  scope: 'read',
  groups: anyGroup,
  request: { path: versionPath },
  answer: {
    status: 200,
    description: 'What would happen',
    body: z
      .object({
        version: versionName,
        status: approvalStatus,
        revision: z.string().meta({ description: 'Send it with the decision' }),
        servedBy: servingType,
        approval: approvalPlan,
        rejection: rejectionPlan,
      })
      .meta({ id: 'DecisionPlan' }),
  },
  problems: ['project-not-found', 'version-not-found'],
  throttle: forPeople,
  isPolled: true,
  example: {
    path: examplePath,
    answer: {
      version: 'abalone:3',
      status: 'PendingManualApproval',
      revision: '9c1185a5c5e9fc54',
      servedBy: 'instances',
      approval: {
        does: 'rollout',
        replaces: 'abalone:2',
        rollout: { type: 'canary', size: { percent: 10 }, waitSeconds: 300, bakeSeconds: 300 },
        alarms: ['abalone-rollback-errors'],
        comesBack: 'abalone:2',
      },
      rejection: { does: 'mark-only', comesBack: null },
    },
  },
});

/** Rows of an answer at most; more cannot be seen in a plot. */
const LARGEST_SAMPLE = 5_000;

const sampleQuery = {
  rows: z.coerce
    .number()
    .int()
    .min(1)
    .max(LARGEST_SAMPLE)
    .default(2_000)
    .meta({ description: 'Rows at most; of more rows every n-th is given' }),
};

const value = z.union([z.number(), z.string()]);

const sampleFields = {
  kind: z.enum(['numbers', 'classes']),
  classes: z
    .array(z.string())
    .meta({ description: 'In the order of `probabilities`; empty for numbers' }),
  total: z.int().meta({ description: 'Test rows in all' }),
};

const exampleSample = { kind: 'numbers', classes: [], total: 626 } as const;

export const listPredictions = defineRoute({
  id: 'listPredictions',
  method: 'GET',
  path: '/models/{version}/predictions',
  summary: 'Gives what a model version predicted for its test rows',
  description: 'From `predictions.csv` of the evaluation, for plots.',
  scope: 'read',
  groups: anyGroup,
  request: { path: versionPath, query: z.strictObject(sampleQuery) },
  answer: {
    status: 200,
    description: 'Test rows with their predictions',
    body: z
      .object({
        version: versionName,
        ...sampleFields,
        rows: z.array(
          z.object({
            row: z.int().meta({ description: 'From 1 on, in the order of the test rows' }),
            actual: value,
            predicted: value,
            probabilities: z.array(z.number()).optional(),
          }),
        ),
      })
      .meta({ id: 'TestPredictions' }),
  },
  problems: ['project-not-found', 'version-not-found', 'predictions-not-found'],
  throttle: forPeople,
  isPolled: true,
  example: {
    path: examplePath,
    query: { rows: '1' },
    answer: {
      version: 'abalone:3',
      ...exampleSample,
      rows: [{ row: 1, actual: 9, predicted: 9.3 }],
    },
  },
});

const difference = z.object({
  metric: z.string(),
  over: z.enum(['test', 'out-of-fold']),
  one: z.number().optional(),
  other: z.number().optional(),
  difference: z.number().optional().meta({ description: '`other` minus `one`' }),
  bound: gateBound.optional(),
});

const setting = z.object({
  name: z.string(),
  one: z.string().optional(),
  other: z.string().optional(),
});

const pairQuery = { one: versionName, other: versionName };
const examplePair = { one: 'abalone:2', other: 'abalone:3' };

export const compareModels = defineRoute({
  id: 'compareModels',
  method: 'GET',
  path: '/models/compare',
  summary: 'Compares two versions of one project',
  description:
    'Metrics with the bounds of the gate, settings and columns that differ, and whether both were measured on the same rows.',
  scope: 'read',
  groups: anyGroup,
  request: { query: z.strictObject(pairQuery) },
  answer: {
    status: 200,
    description: 'The comparison',
    body: z
      .object({
        one: versionDetail,
        other: versionDetail,
        metrics: z.array(difference),
        settings: z.array(setting).meta({ description: 'Only those that differ' }),
        columns: z.array(setting).meta({
          description: 'Only those that differ: what each version knows of a column, in words',
        }),
        isSameData: z.boolean().meta({ description: 'Whether both were trained on the same data' }),
        isSameRows: z.boolean().meta({
          description:
            'Whether both were measured on the same test rows, so that their metrics can be compared',
        }),
      })
      .meta({ id: 'ModelComparison' }),
  },
  problems: ['project-not-found', 'version-not-found', 'different-projects'],
  throttle: forPeople,
  isPolled: true,
  example: {
    query: examplePair,
    answer: {
      one: { ...exampleVersion, version: 'abalone:2', number: 2 },
      other: exampleVersion,
      metrics: [
        {
          metric: 'mse',
          over: 'test',
          one: 4.4,
          other: 4.318,
          difference: -0.082,
          bound: { maximum: 6, at: 'value' },
        },
      ],
      settings: [{ name: 'max_depth', one: '4', other: '5' }],
      columns: [],
      isSameData: true,
      isSameRows: true,
    },
  },
});

export const comparePredictions = defineRoute({
  id: 'comparePredictions',
  method: 'GET',
  path: '/models/compare/predictions',
  summary: 'Gives what two versions of one project predicted for the same test rows',
  description:
    'There are such rows where both were trained on the same data, or where one was the champion with which the other was compared.',
  scope: 'read',
  groups: anyGroup,
  request: { query: z.strictObject({ ...pairQuery, ...sampleQuery }) },
  answer: {
    status: 200,
    description: 'Test rows with both predictions',
    body: z
      .object({
        ...pairQuery,
        ...sampleFields,
        rows: z.array(
          z.object({
            row: z.int(),
            actual: value,
            one: value,
            other: value,
            oneProbabilities: z.array(z.number()).optional(),
            otherProbabilities: z.array(z.number()).optional(),
          }),
        ),
      })
      .meta({ id: 'PredictionPairs' }),
  },
  problems: [
    'project-not-found',
    'version-not-found',
    'different-projects',
    'predictions-not-found',
    'different-rows',
  ],
  throttle: forPeople,
  isPolled: true,
  example: {
    query: { ...examplePair, rows: '1' },
    answer: {
      ...examplePair,
      ...exampleSample,
      rows: [{ row: 1, actual: 9, one: 9.9, other: 9.3 }],
    },
  },
});

const revision = z
  .string()
  .max(64)
  .optional()
  .meta({ description: '`revision` of the version as the person saw it' });

const decisionProblems = [
  'project-not-found',
  'version-not-found',
  'already-decided',
  'decided-by-another',
] as const;

/** How the description of both decisions ends. */
const ABOUT_RACES =
  'Within five seconds after another decision on the same version, only a caller that sends the current `revision` may decide.';

export const approveModel = defineRoute({
  id: 'approveModel',
  method: 'POST',
  path: '/models/{version}/approve',
  summary: 'Approves a model version, which starts its promotion',
  description: `Records who decided and why in the model package and in the audit. ${ABOUT_RACES}`,
  scope: 'approve',
  groups: ['approver'],
  request: {
    path: versionPath,
    body: z.strictObject({ reason: reason.optional(), revision }).meta({ id: 'ApprovalRequest' }),
  },
  answer: { status: 200, description: 'The decision', body: decision },
  problems: decisionProblems,
  throttle: forChanges,
  isChange: true,
  isAtRoot: true,
  example: {
    path: examplePath,
    body: { reason: 'Better on every class', revision: '9c1185a5c5e9fc54' },
    answer: exampleDecision('Approved', 'Better on every class'),
  },
});

export const rejectModel = defineRoute({
  id: 'rejectModel',
  method: 'POST',
  path: '/models/{version}/reject',
  summary: 'Rejects a model version; the one approved before it comes back where it is live',
  description: `Records who decided and why in the model package and in the audit. ${ABOUT_RACES}`,
  scope: 'approve',
  groups: ['approver'],
  request: {
    path: versionPath,
    body: z.strictObject({ reason, revision }).meta({ id: 'RejectionRequest' }),
  },
  answer: { status: 200, description: 'The decision', body: decision },
  problems: decisionProblems,
  throttle: forChanges,
  isChange: true,
  example: {
    path: examplePath,
    body: { reason: 'Worse on large animals' },
    answer: exampleDecision('Rejected', 'Worse on large animals'),
  },
});
