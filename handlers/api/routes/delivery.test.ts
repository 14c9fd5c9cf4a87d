import {
  ApprovalAlreadyCompletedException,
  InvalidApprovalTokenException,
} from '@aws-sdk/client-codepipeline';
import { describe, expect, it } from 'vitest';
import type { Answers } from '../../../operations/scripted-clients.testing.ts';
import { apiBefore, auditOf, awsError, NOW, problemOf } from '../api.testing.ts';

const TOKEN = '0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9';
const own = { delivery: { approval: { stage: 'Approve-prod', action: 'Approve-prod' } } };
const AT = new Date(NOW);

/** Its token is there until it is answered. */
const waits = (latestExecution: object = { token: TOKEN, status: 'InProgress' }) => ({
  stageStates: [
    {
      stageName: 'Deploy-staging',
      latestExecution: { pipelineExecutionId: 'e2', status: 'Failed' },
      inboundExecutions: [{ pipelineExecutionId: 'e3' }],
      onSuccessConditionState: { latestExecution: { status: 'Failed', summary: 'An alarm' } },
      actionStates: [
        {
          actionName: 'Deploy-staging',
          latestExecution: {
            status: 'Failed',
            lastStatusChange: AT,
            errorDetails: { message: 'The build failed' },
            externalExecutionUrl: 'https://build.example',
          },
        },
        { actionName: 'Smoke-staging' },
      ],
    },
    {
      stageName: 'Approve-prod',
      latestExecution: { pipelineExecutionId: 'e1', status: 'InProgress' },
      actionStates: [
        {
          actionName: 'Approve-prod',
          latestExecution: { lastStatusChange: AT, ...latestExecution },
        },
      ],
    },
  ],
});

const pipeline = (more: Answers = {}): Answers => ({
  GetPipelineState: () => waits(),
  ListPipelineExecutions: () => ({
    pipelineExecutionSummaries: [
      {
        pipelineExecutionId: 'e1',
        sourceRevisions: [{ revisionId: 'c1', revisionSummary: 'One' }],
      },
      {
        pipelineExecutionId: 'e2',
        sourceRevisions: [
          {
            revisionId: 'c2',
            revisionSummary: '{"ProviderType":"GitHub","CommitMessage":"Two"}',
          },
        ],
      },
      { pipelineExecutionId: 'e3' },
    ],
  }),
  ListActionExecutions: () => ({
    actionExecutionDetails: [
      { actionName: 'Review-prod' },
      {
        actionName: 'Approve-prod',
        input: {
          resolvedConfiguration: {
            CustomData: 'prod gets commit c1.',
            ExternalEntityLink: 'https://diff.example',
          },
        },
      },
    ],
  }),
  PutApprovalResult: () => ({ approvedAt: AT }),
  ...more,
});

const at = AT.toISOString();

describe('the delivery', () => {
  it('is given with its stages, and what the approval is about', async () => {
    const api = apiBefore(pipeline(), own);

    const { body, headers } = await api.call('getDelivery');

    expect(body).toEqual({
      pipeline: 'stepmill-delivery',
      environment: 'dev',
      stages: [
        {
          name: 'Deploy-staging',
          status: 'Failed',
          commit: { id: 'c2', message: 'Two' },
          changedAt: at,
          waiting: 1,
          condition: 'Failed: An alarm',
          steps: [
            {
              name: 'Deploy-staging',
              status: 'Failed',
              changedAt: at,
              detail: 'The build failed',
              link: 'https://build.example',
            },
            { name: 'Smoke-staging', status: 'None' },
          ],
        },
        {
          name: 'Approve-prod',
          status: 'InProgress',
          commit: { id: 'c1', message: 'One' },
          changedAt: at,
          waiting: 0,
          steps: [{ name: 'Approve-prod', status: 'PendingManualApproval', changedAt: at }],
        },
      ],
      approvals: [
        {
          stage: 'Approve-prod',
          since: at,
          commit: { id: 'c1', message: 'One' },
          revision: TOKEN,
          review: 'prod gets commit c1.',
          link: 'https://diff.example',
          isOwn: true,
        },
      ],
    });
    expect(api.sent('ListActionExecutions')).toEqual([
      { pipelineName: 'stepmill-delivery', filter: { pipelineExecutionId: 'e1' } },
    ]);
    // An approval can wait for days, in which nothing is asked every second.
    expect(headers['poll-after']).toBe('15');
  });

  it('is asked after every five seconds, however many people watch it', async () => {
    let now = NOW;
    const api = apiBefore(pipeline(), { ...own, now: () => now });
    for (const milliseconds of [0, 4_999, 1]) {
      now += milliseconds;
      await api.call('getDelivery');
    }
    expect(api.sent('GetPipelineState')).toHaveLength(2);
  });

  it('that runs is asked after soon', async () => {
    const running = { status: 'InProgress' };
    const api = apiBefore(pipeline({ GetPipelineState: () => waits(running) }), own);

    const { body, headers } = await api.call('getDelivery');

    expect(body).toMatchObject({ approvals: [] });
    expect(headers['poll-after']).toBe('1');
  });

  it('of another environment is shown, and decided on there', async () => {
    const api = apiBefore(pipeline(), { delivery: {} });
    expect((await api.call('getDelivery')).body).toMatchObject({ approvals: [{ isOwn: false }] });

    expect(problemOf(await api.call('approveDelivery', { body: { revision: TOKEN } }))).toEqual({
      status: 409,
      kind: 'no-approval',
      detail: expect.stringContaining('other environments are decided on in their own consoles'),
    });
    expect(api.sent('PutApprovalResult')).toEqual([]);
  });

  it('is none without a pipeline', async () => {
    const api = apiBefore();
    const expected = { status: 404, kind: 'no-delivery' };
    expect(problemOf(await api.call('getDelivery'))).toMatchObject(expected);
    expect(problemOf(await api.call('listDeliveryAudit'))).toMatchObject(expected);
  });

  it.each(['AccessDenied', 'AccessDeniedException', 'PipelineNotFoundException'])(
    'that cannot be reached for %s says with which role',
    async (name) => {
      const GetPipelineState = () => {
        throw awsError(name, 'AWS says why');
      };
      const api = apiBefore(pipeline({ GetPipelineState }), own);
      expect(problemOf(await api.call('getDelivery'))).toEqual({
        status: 502,
        kind: 'pipeline-unreachable',
        detail:
          "The pipeline stepmill-delivery could not be reached with the role arn:aws:iam::000011112222:role/stepmill-delivery-console-prod (AWS says why); nothing was changed. Deploy the stack stepmill-delivery in the pipeline's account, then that of this console.",
      });
    },
  );
});

describe('a decision on a delivery', () => {
  it.each([
    ['approveDelivery', 'Approved', 'Fewer errors', 'ada: Fewer errors'],
    ['approveDelivery', 'Approved', undefined, 'ada: Approved without a reason'],
    ['rejectDelivery', 'Rejected', 'Not now', 'ada: Not now'],
  ] as const)('%s is audited, then taken', async (route, status, reason, summary) => {
    const api = apiBefore(pipeline(), own);

    const { body } = await api.call(route, { body: { revision: TOKEN, reason } });

    expect(body).toMatchObject({ stage: 'Approve-prod', status, decision: summary });
    expect(api.sent('PutApprovalResult')).toEqual([
      {
        pipelineName: 'stepmill-delivery',
        stageName: 'Approve-prod',
        actionName: 'Approve-prod',
        token: TOKEN,
        result: { status, summary },
      },
    ]);
    expect(auditOf(api.sent('Invoke'))).toMatchObject([
      {
        project: '#delivery',
        action: route,
        subject: 'Approve-prod of e1',
        before: 'PendingManualApproval',
        after: status,
      },
    ]);
    expect(api.order().indexOf('Invoke')).toBeLessThan(api.order().indexOf('PutApprovalResult'));
  });

  it('before a delivery has reached the approval decides nothing', async () => {
    const api = apiBefore(pipeline({ GetPipelineState: () => ({ stageStates: [] }) }), own);

    const answer = await api.call('approveDelivery', { body: { revision: TOKEN } });

    expect(problemOf(answer)).toEqual({
      status: 409,
      kind: 'no-approval',
      detail:
        'No delivery waits in Approve-prod; nothing was changed. The page of the pipeline shows where deliveries are.',
    });
    expect(api.sent('PutApprovalResult')).toEqual([]);
  });

  it('without a reason rejects nothing', async () => {
    const api = apiBefore(pipeline(), own);
    const answer = await api.call('rejectDelivery', { body: { revision: TOKEN } });
    expect(problemOf(answer)).toMatchObject({ kind: 'malformed-request' });
    expect(api.sent('PutApprovalResult')).toEqual([]);
  });

  it.each([
    [{ status: 'Succeeded', summary: 'eve: Fine' }, 'was decided on (eve: Fine)'],
    [{ status: 'Failed' }, 'was decided on (no reason was given)'],
    [{ status: 'InProgress', token: 'another' }, 'waits with another delivery now'],
    [
      { status: 'Abandoned', summary: 'Wrong commit' },
      'waits no more: its delivery was stopped (Wrong commit)',
    ],
    [{ status: 'Abandoned' }, 'waits no more: its delivery was stopped (no reason was given)'],
  ])('that comes after another one names it: %o', async (latest, what) => {
    const api = apiBefore(pipeline({ GetPipelineState: () => waits(latest) }), own);

    const answer = await api.call('approveDelivery', { body: { revision: TOKEN } });

    expect(problemOf(answer)).toEqual({
      status: 409,
      kind: 'decided-by-another',
      detail: `Approve-prod ${what}; nothing was changed. Look again, then decide.`,
    });
    expect(api.sent('Invoke')).toEqual([]);
  });

  it.each([ApprovalAlreadyCompletedException, InvalidApprovalTokenException])(
    'in the same moment as another one reads whose came first (%o)',
    async (Late) => {
      let isDecided = false;
      const api = apiBefore(
        pipeline({
          GetPipelineState: () =>
            isDecided ? waits({ status: 'Succeeded', summary: 'eve: Fine' }) : waits(),
          PutApprovalResult: () => {
            isDecided = true;
            throw new Late({ message: 'too late', $metadata: {} });
          },
        }),
        own,
      );

      const answer = await api.call('rejectDelivery', { body: { revision: TOKEN, reason: 'No' } });

      expect(problemOf(answer)).toMatchObject({
        kind: 'decided-by-another',
        detail:
          'Approve-prod was decided on (eve: Fine); nothing was changed. Look again, then decide.',
      });
      expect(auditOf(api.sent('Invoke'))).toMatchObject([
        { action: 'rejectDelivery' },
        { failure: expect.stringContaining('did not happen') },
      ]);
    },
  );

  it('is listed in the audit', async () => {
    const api = apiBefore({ ...pipeline(), Query: () => ({ Items: [] }) }, own);
    const { body } = await api.call('listDeliveryAudit');
    expect(body).toEqual({ entries: [] });
    expect(api.sent('Query')).toMatchObject([
      { ExpressionAttributeValues: { ':project': { S: '#delivery' } } },
    ]);
  });
});
