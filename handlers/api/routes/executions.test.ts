import { describe, expect, it } from 'vitest';
import type { Answers } from '../../../operations/scripted-clients.testing.ts';
import { apiBefore, auditOf, awsError, NOW, problemOf, resources } from '../api.testing.ts';

const machine = resources.trainingStateMachineArn;
const executionArn = 'arn:aws:states:us-east-1:1:execution:abalone-training:run';
const DATASET = 'd'.repeat(32);
const path = { project: 'abalone', workflow: 'training', execution: 'run' };
const at = (seconds: number) => new Date(Date.parse('2026-11-29T19:00:00Z') + seconds * 1_000);

const item = {
  executionArn,
  name: 'run',
  status: 'RUNNING',
  startDate: at(0),
  stateMachineArn: machine,
};
const summary = {
  project: 'abalone',
  workflow: 'training',
  execution: 'run',
  executionArn,
  status: 'RUNNING',
  startedAt: '2026-11-29T19:00:00.000Z',
};

/** What ended well, in the words of the training workflow. */
const output = JSON.stringify({
  outcome: 'Registered',
  datasetId: DATASET,
  modelPackage: 'arn:aws:sagemaker:us-east-1:1:model-package/Abalone/3',
  rows: 4,
});

const machineOf = (definition: string): Answers => ({
  DescribeStateMachineForExecution: () => ({ definition }),
});

/** An execution as DescribeExecution gives it. */
const described = (members: object): Answers => ({
  DescribeExecution: () => ({ executionArn, name: 'run', startDate: at(0), ...members }),
  ...machineOf('{"StartAt":"A"}'),
});

const running = described({ status: 'RUNNING' });

describe('a list of executions', () => {
  it('asks Step Functions for a page, and shows how each ended', async () => {
    const api = apiBefore({
      ListExecutions: () => ({
        executions: [
          item,
          {
            ...item,
            name: 'two',
            status: 'SUCCEEDED',
            stopDate: at(60),
            stateMachineVersionArn: `${machine}:12`,
          },
        ],
        nextToken: 'next',
      }),
      DescribeExecution: () => ({ output }),
    });
    const query = { workflow: 'training', status: 'RUNNING', pageSize: '2' };
    const { body, headers } = await api.call('listExecutions', { query });
    expect(api.sent('ListExecutions')).toEqual([
      { stateMachineArn: machine, statusFilter: 'RUNNING', maxResults: 2, nextToken: undefined },
    ]);
    expect(body).toEqual({
      executions: [
        summary,
        {
          ...summary,
          execution: 'two',
          status: 'SUCCEEDED',
          stoppedAt: '2026-11-29T19:01:00.000Z',
          workflowVersion: 12,
          outcome: 'Registered',
          dataset: DATASET,
          model: 'abalone:3',
        },
      ],
      liveVersions: [],
      nextPageToken: expect.any(String),
    });
    expect(headers['poll-after']).toBe('1');

    const { nextPageToken: pageToken } = body as { readonly nextPageToken: string };
    await api.call('listExecutions', { query: { ...query, pageToken } });
    expect(api.sent('ListExecutions')[1]).toMatchObject({ nextToken: 'next' });
  });

  it('of what has ended asks again later, and reads the end of each only once', async () => {
    let now = NOW;
    const ended = { ...item, status: 'SUCCEEDED' };
    const api = apiBefore(
      { ListExecutions: () => ({ executions: [ended] }), DescribeExecution: () => ({ output }) },
      { now: () => now },
    );
    const first = await api.call('listExecutions');
    now += 3_600_000;
    await api.call('listExecutions');
    expect(first.headers['poll-after']).toBe('15');
    expect((first.body as { nextPageToken?: string }).nextPageToken).toBeUndefined();
    expect(api.order().filter((name) => name === 'ListExecutions')).toHaveLength(2);
    expect(api.sent('DescribeExecution')).toEqual([{ executionArn }]);
  });

  it.each([
    ['{"outcome":"Below the gate"}', { outcome: 'Below the gate' }],
    ['{"outcome":7,"datasetId":null,"modelPackage":"arn:no/number"}', {}],
    ['not JSON', {}],
    ['null', {}],
    [undefined, {}],
  ])('reads of the output %s no more than there is', async (text, end) => {
    const api = apiBefore({
      ListExecutions: () => ({ executions: [{ ...item, status: 'SUCCEEDED' }] }),
      DescribeExecution: () => ({ output: text }),
    });
    const { body } = await api.call('listExecutions');
    expect(body).toEqual({
      executions: [{ ...summary, status: 'SUCCEEDED', ...end }],
      liveVersions: [],
    });
  });

  it('says on which versions of the workflow executions start, that with the most first', async () => {
    const route = (version: number, weight: number) => ({
      stateMachineVersionArn: `${machine}:${version}`,
      weight,
    });
    const api = apiBefore({
      GetParameter: () => ({
        Parameter: { Value: JSON.stringify({ ...resources, workflowAlias: 'live' }) },
      }),
      ListExecutions: () => ({ executions: [] }),
      DescribeStateMachineAlias: () => ({ routingConfiguration: [route(12, 10), route(11, 90)] }),
    });
    const { body } = await api.call('listExecutions');
    expect(body).toEqual({
      executions: [],
      liveVersions: [
        { version: 11, percent: 90 },
        { version: 12, percent: 10 },
      ],
    });
    expect(api.sent('DescribeStateMachineAlias')).toEqual([
      { stateMachineAliasArn: `${machine}:live` },
    ]);
  });

  it('is that of the workflow that was named, and empty of one that the project has not', async () => {
    const api = apiBefore();
    await api.call('listExecutions', { query: { workflow: 'promotion' } });
    const trial = await api.call('listExecutions', { query: { workflow: 'trial' } });
    expect(trial.body).toEqual({ executions: [], liveVersions: [] });
    expect(api.sent('ListExecutions')).toMatchObject([
      { stateMachineArn: resources.promotionStateMachineArn },
    ]);

    const trialStateMachineArn = 'arn:aws:states:us-east-1:1:stateMachine:abalone-trial';
    const withTrials = apiBefore({
      GetParameter: () => ({
        Parameter: { Value: JSON.stringify({ ...resources, trialStateMachineArn }) },
      }),
    });
    await withTrials.call('listExecutions', { query: { workflow: 'trial' } });
    expect(withTrials.sent('ListExecutions')).toMatchObject([
      { stateMachineArn: trialStateMachineArn },
    ]);
  });

  const badToken = {
    status: 400,
    kind: 'malformed-request',
    detail: 'The page token is not one of this route.',
    errors: [
      { parameter: 'pageToken', detail: 'must be nextPageToken of an answer of this route' },
    ],
  };

  it.each(['xyz', 'W10', 'e30', 'bnVsbA', 'eyJhIjoxfQ', 'NQ'])(
    'refuses the page token %j, which no answer has had',
    async (pageToken) => {
      const api = apiBefore();
      const answer = await api.call('listExecutions', { query: { pageToken } });
      expect(problemOf(answer)).toEqual(badToken);
      expect(api.sent('ListExecutions')).toEqual([]);
    },
  );

  it('refuses a page token that Step Functions does not know any more', async () => {
    const api = apiBefore({
      ListExecutions: () => {
        throw awsError('InvalidToken');
      },
    });
    // {"executions":"old"}
    const query = { pageToken: 'eyJleGVjdXRpb25zIjoib2xkIn0' };
    expect(problemOf(await api.call('listExecutions', { query }))).toEqual(badToken);
  });
});

const withoutDefinition = (name: string) =>
  apiBefore({
    ...described({ status: 'RUNNING' }),
    DescribeStateMachineForExecution: () => {
      throw awsError(name);
    },
  }).call('getExecution', { path });

describe('an execution', () => {
  it('is given with all that Step Functions knows of it', async () => {
    const api = apiBefore(
      described({
        status: 'FAILED',
        stopDate: at(61),
        input: '{"key":"k"}',
        error: 'States.TaskFailed',
        cause: 'No capacity',
        redriveCount: 2,
        redriveStatus: 'REDRIVABLE',
      }),
    );
    const { body, headers } = await api.call('getExecution', { path });
    expect(body).toEqual({
      ...summary,
      status: 'FAILED',
      stoppedAt: '2026-11-29T19:01:01.000Z',
      input: { key: 'k' },
      output: null,
      error: 'States.TaskFailed',
      cause: 'No capacity',
      redriveCount: 2,
      isRedrivable: true,
      definition: { StartAt: 'A' },
    });
    expect(headers['poll-after']).toBe('15');
    expect(api.sent('DescribeExecution')).toEqual([{ executionArn }]);
    expect(api.sent('DescribeStateMachineForExecution')).toEqual([{ executionArn }]);
  });

  it('that runs has no end yet, and is asked for again soon', async () => {
    const api = apiBefore(
      described({
        status: 'RUNNING',
        redriveStatus: 'NOT_REDRIVABLE',
        redriveStatusReason: 'Execution is RUNNING and cannot be redriven',
      }),
    );
    const { body, headers } = await api.call('getExecution', { path });
    expect(body).toEqual({
      ...summary,
      input: null,
      output: null,
      redriveCount: 0,
      isRedrivable: false,
      redriveReason: 'Execution is RUNNING and cannot be redriven',
      definition: { StartAt: 'A' },
    });
    expect(headers['poll-after']).toBe('1');
  });

  it('that ended well says how', async () => {
    const api = apiBefore(described({ status: 'SUCCEEDED', output }));
    const { body } = await api.call('getExecution', { path });
    expect(body).toMatchObject({
      outcome: 'Registered',
      dataset: DATASET,
      model: 'abalone:3',
      output: JSON.parse(output),
    });
  });

  it.each(['ExecutionDoesNotExist', 'InvalidArn'])(
    'that is not there is named, where Step Functions answers %s',
    async (name) => {
      const api = apiBefore({
        DescribeExecution: () => {
          throw awsError(name);
        },
      });
      expect(problemOf(await api.call('getExecution', { path }))).toEqual({
        status: 404,
        kind: 'execution-not-found',
        detail:
          'abalone-training has no execution run. Step Functions forgets executions 90 days after their end.',
      });
    },
  );

  it('whose definition is forgotten is named, and any other error is not explained so', async () => {
    expect(problemOf(await withoutDefinition('ExecutionDoesNotExist')).kind).toBe(
      'execution-not-found',
    );
    expect((await withoutDefinition('AccessDeniedException')).status).toBe(500);
  });

  it('of a workflow that the project has not is named', async () => {
    const answer = await apiBefore().call('getExecution', { path: { ...path, workflow: 'trial' } });
    expect(problemOf(answer)).toEqual({
      status: 404,
      kind: 'execution-not-found',
      detail:
        'abalone trial has no execution run. Step Functions forgets executions 90 days after their end.',
    });
  });

  it('that runs or can be redriven is read again after a second, one that has succeeded after a minute as its definition', async () => {
    let now = NOW;
    const ask = async (status: string) => {
      const api = apiBefore(described({ status }), { now: () => now });
      for (const milliseconds of [0, 999, 1, 59_000]) {
        now += milliseconds;
        await api.call('getExecution', { path });
      }
      return [
        api.sent('DescribeExecution').length,
        api.sent('DescribeStateMachineForExecution').length,
      ];
    };
    expect(await ask('RUNNING')).toEqual([3, 2]);
    expect(await ask('FAILED')).toEqual([3, 2]);
    expect(await ask('SUCCEEDED')).toEqual([2, 2]);
  });
});

const askForEvents = async (query: Readonly<Record<string, string>>, given: readonly object[]) => {
  const api = apiBefore({ ...running, GetExecutionHistory: () => ({ events: given }) });
  const { body } = await api.call('listEvents', { path, query });
  const { events: all, isCutShort } = body as {
    readonly events: readonly { readonly id: number }[];
    readonly isCutShort: boolean;
  };
  return { ids: all.map(({ id }) => id), isCutShort };
};

const bigEvent = (id: number) =>
  eventOf(id, { executionSucceededEventDetails: { output: 'x'.repeat(1_500_000) } });

const eventOf = (id: number, members: object = {}) => ({
  id,
  type: 'PassStateEntered',
  timestamp: at(id),
  ...members,
});

const shown = (id: number, members: object = {}) => ({
  ...eventOf(id, members),
  timestamp: at(id).toISOString(),
});

/** An event that is so long as JSON. */
const withBytes = (bytes: number) => {
  const empty = eventOf(1, { executionSucceededEventDetails: { output: '' } });
  const output = 'x'.repeat(bytes - Buffer.byteLength(JSON.stringify(empty)));
  return { ...empty, executionSucceededEventDetails: { output } };
};

describe('a history', () => {
  it('is read in pages from its beginning', async () => {
    const api = apiBefore({
      ...running,
      GetExecutionHistory: () => ({ events: [eventOf(1, { previousEventId: 0 })], nextToken: 'n' }),
    });
    const { body, headers } = await api.call('listEvents', { path, query: { pageSize: '1' } });
    expect(body).toEqual({
      status: 'RUNNING',
      events: [shown(1, { previousEventId: 0 })],
      isCutShort: false,
      nextPageToken: expect.any(String),
    });
    expect(headers['poll-after']).toBe('1');
    const { nextPageToken: pageToken } = body as { readonly nextPageToken: string };
    // With a token, "after" says nothing.
    await api.call('listEvents', { path, query: { pageToken, after: '5' } });
    expect(api.sent('GetExecutionHistory')).toEqual([
      { executionArn, maxResults: 1, nextToken: undefined },
      { executionArn, maxResults: 1_000, nextToken: 'n' },
    ]);
  });

  it('of what has ended is asked for again later', async () => {
    const api = apiBefore({
      ...described({ status: 'ABORTED' }),
      GetExecutionHistory: () => ({ events: [] }),
    });
    const { body, headers } = await api.call('listEvents', { path });
    expect(body).toEqual({ status: 'ABORTED', events: [], isCutShort: false });
    expect(headers['poll-after']).toBe('15');
  });

  it('is read backwards to an event that is known', async () => {
    const api = apiBefore({
      ...running,
      GetExecutionHistory: () => ({ events: [eventOf(4), eventOf(3), eventOf(2)], nextToken: 'n' }),
    });
    const { body } = await api.call('listEvents', { path, query: { after: '2' } });
    expect(body).toEqual({
      status: 'RUNNING',
      events: [shown(3), shown(4)],
      isCutShort: false,
    });
    expect(api.sent('GetExecutionHistory')).toEqual([
      { executionArn, maxResults: 100, reverseOrder: true, nextToken: undefined },
    ]);
  });

  it('is read on where the first page holds only new events', async () => {
    const pages: Readonly<Record<string, object>> = {
      first: { events: [eventOf(4), eventOf(3)], nextToken: 'second' },
      second: { events: [eventOf(2), eventOf(1)] },
    };
    const api = apiBefore({
      ...running,
      GetExecutionHistory: ({ nextToken = 'first' }: { readonly nextToken?: string }) =>
        pages[nextToken] ?? {},
    });
    const { body } = await api.call('listEvents', { path, query: { after: '0' } });
    expect(body).toMatchObject({
      events: [shown(1), shown(2), shown(3), shown(4)],
      isCutShort: false,
    });
    expect(api.sent('GetExecutionHistory')[1]).toEqual({
      executionArn,
      maxResults: 1_000,
      reverseOrder: true,
      nextToken: 'second',
    });
  });

  it.each([
    ['is cut short after five pages', 10, true],
    ['is whole where the fifth page ends beside the known event', 14, false],
  ])('%s', async (_name, after, isCutShort) => {
    let next = 20;
    const api = apiBefore({
      ...running,
      GetExecutionHistory: () => ({ events: [eventOf(next--)], nextToken: `before ${next}` }),
    });
    const query = { after: String(isCutShort ? after : after + 1) };
    const { body } = await api.call('listEvents', { path, query });
    expect(body).toEqual({
      status: 'RUNNING',
      events: [16, 17, 18, 19, 20].map((id) => shown(id)),
      isCutShort,
    });
    expect(api.sent('GetExecutionHistory')).toHaveLength(5);
  });

  it('gives four megabytes of events, and no byte more', async () => {
    expect(await askForEvents({}, [withBytes(4_000_000)])).toEqual({ ids: [1], isCutShort: false });
    expect(await askForEvents({}, [withBytes(4_000_001)])).toEqual({ ids: [], isCutShort: true });
  });

  it('gives as many events as fit into an answer, which Lambda bounds with 6 MB', async () => {
    const events = [bigEvent(1), bigEvent(2), bigEvent(3)];
    expect(await askForEvents({}, events)).toEqual({ ids: [1, 2], isCutShort: true });
    expect(await askForEvents({}, events.slice(1))).toEqual({ ids: [2, 3], isCutShort: false });
    expect(await askForEvents({ after: '0' }, events.toReversed())).toEqual({
      ids: [2, 3],
      isCutShort: true,
    });
  });

  it('is read again once its execution has ended, so that its end is in the last answer', async () => {
    let now = NOW;
    let status = 'RUNNING';
    const api = apiBefore(
      {
        DescribeExecution: () => ({ status }),
        GetExecutionHistory: () => ({
          events: [eventOf(1), ...(status === 'RUNNING' ? [] : [eventOf(2)])],
        }),
      },
      { now: () => now },
    );
    // Another client asked after the execution just before.
    await api.call('getExecution', { path });
    now += 900;
    await api.call('listEvents', { path });
    status = 'SUCCEEDED';
    now += 100;
    const { body, headers } = await api.call('listEvents', { path });
    expect(headers['poll-after']).toBe('15');
    expect((body as { readonly events: readonly object[] }).events).toHaveLength(2);
  });

  it('is that of the last second', async () => {
    let now = NOW;
    const api = apiBefore(
      { ...running, GetExecutionHistory: () => ({ events: [] }) },
      { now: () => now },
    );
    for (const milliseconds of [0, 999, 1]) {
      now += milliseconds;
      await api.call('listEvents', { path });
      await api.call('listEvents', { path, query: { after: '1' } });
    }
    expect(api.sent('GetExecutionHistory')).toHaveLength(4);
  });

  it('refuses a page token that Step Functions does not know any more', async () => {
    const api = apiBefore({
      ...running,
      GetExecutionHistory: () => {
        throw awsError('InvalidToken');
      },
    });
    const query = { pageToken: Buffer.from('{"events":"old"}').toString('base64url') };
    expect(problemOf(await api.call('listEvents', { path, query })).kind).toBe('malformed-request');
  });
});

describe('a stop', () => {
  it.each(['RUNNING', 'PENDING_REDRIVE'])(
    'of what is %s is in the audit and in the cause of the execution',
    async (status) => {
      const api = apiBefore({
        ...described({ status }),
        StopExecution: () => ({ stopDate: at(9) }),
      });
      const { body } = await api.call('stopExecution', { path, body: { reason: 'Wrong data' } });
      expect(body).toEqual({ status: 'ABORTED', stoppedAt: '2026-11-29T19:00:09.000Z' });
      expect(api.sent('StopExecution')).toEqual([
        { executionArn, error: 'Stopped', cause: 'ada: Wrong data' },
      ]);
      expect(auditOf(api.sent('Invoke'))).toEqual([
        {
          project: 'abalone',
          action: 'stopExecution',
          subject: 'training run',
          before: status,
          after: 'ABORTED',
          reason: 'Wrong data',
          auditId: '2026-11-29T20:00:00.000Z#an-id',
        },
      ]);
      expect(api.order().slice(-2)).toEqual(['Invoke', 'StopExecution']);
    },
  );

  it('without a reason says so', async () => {
    const api = apiBefore({
      ...described({ status: 'RUNNING' }),
      StopExecution: () => ({ stopDate: at(9) }),
    });
    await api.call('stopExecution', { path, body: {} });
    expect(api.sent('StopExecution')).toMatchObject([{ cause: 'ada: no reason was given' }]);
  });

  it.each(['SUCCEEDED', 'FAILED', 'ABORTED', 'TIMED_OUT'])(
    'of what has %s is refused',
    async (status) => {
      const api = apiBefore(described({ status }));
      expect(problemOf(await api.call('stopExecution', { path, body: {} }))).toEqual({
        status: 409,
        kind: 'not-running',
        detail: `run is ${status}; nothing was done.`,
      });
      expect(api.sent('Invoke')).toEqual([]);
    },
  );

  it('that fails leaves two entries in the audit', async () => {
    const api = apiBefore({
      ...described({ status: 'RUNNING' }),
      StopExecution: () => {
        throw awsError('AccessDeniedException');
      },
    });
    expect((await api.call('stopExecution', { path, body: {} })).status).toBe(500);
    expect(auditOf(api.sent('Invoke'))).toMatchObject([
      { auditId: '2026-11-29T20:00:00.000Z#an-id' },
      {
        auditId: '2026-11-29T20:00:00.000Z#id-2',
        action: 'stopExecution',
        failure: '2026-11-29T20:00:00.000Z#an-id did not happen: AccessDeniedException',
      },
    ]);
  });

  it('does not happen where the audit does not take the entry', async () => {
    const api = apiBefore({
      ...described({ status: 'RUNNING' }),
      StopExecution: () => ({ stopDate: at(9) }),
      Invoke: () => ({ FunctionError: 'Unhandled' }),
    });
    expect((await api.call('stopExecution', { path, body: {} })).status).toBe(500);
    expect(api.sent('StopExecution')).toEqual([]);
  });

  it('is seen by the next who looks', async () => {
    let status = 'RUNNING';
    const api = apiBefore({
      ListExecutions: () => ({ executions: [{ ...item, status }] }),
      DescribeExecution: () => ({ executionArn, status, startDate: at(0) }),
      ...machineOf('{}'),
      StopExecution: () => {
        status = 'ABORTED';
        return { stopDate: at(9) };
      },
    });
    const look = async () => {
      const list = await api.call('listExecutions');
      const one = await api.call('getExecution', { path });
      return [list, one].map(({ body }) => JSON.stringify(body).includes('"status":"RUNNING"'));
    };
    expect(await look()).toEqual([true, true]);
    await api.call('stopExecution', { path, body: {} });
    expect(await look()).toEqual([false, false]);
  });
});

describe('a redrive', () => {
  it('starts what has failed again', async () => {
    const api = apiBefore({
      ...described({ status: 'FAILED', redriveStatus: 'REDRIVABLE' }),
      RedriveExecution: () => ({ redriveDate: at(70) }),
    });
    const { body } = await api.call('redriveExecution', { path });
    expect(body).toEqual({ status: 'RUNNING', redrivenAt: '2026-11-29T19:01:10.000Z' });
    expect(api.sent('RedriveExecution')).toEqual([{ executionArn, clientToken: undefined }]);
    expect(auditOf(api.sent('Invoke'))).toMatchObject([
      { action: 'redriveExecution', subject: 'training run', before: 'FAILED', after: 'RUNNING' },
    ]);
  });

  it('of what has ended is seen by the next who looks', async () => {
    let status = 'FAILED';
    const stopDate = at(5);
    const api = apiBefore({
      DescribeExecution: () => ({ executionArn, status, startDate: at(0), stopDate }),
      ...machineOf('{}'),
      RedriveExecution: () => {
        status = 'RUNNING';
        return { redriveDate: at(70) };
      },
    });
    await api.call('redriveExecution', { path });
    expect((await api.call('getExecution', { path })).body).toMatchObject({ status: 'RUNNING' });
  });

  it.each([
    [
      'Execution is SUCCEEDED and cannot be redriven',
      'Execution is SUCCEEDED and cannot be redriven',
    ],
    [undefined, 'It cannot be redriven'],
  ])('is refused with the reason %s of Step Functions', async (redriveStatusReason, reason) => {
    const redriveStatus = 'NOT_REDRIVABLE';
    const api = apiBefore(described({ status: 'SUCCEEDED', redriveStatus, redriveStatusReason }));
    expect(problemOf(await api.call('redriveExecution', { path }))).toEqual({
      status: 409,
      kind: 'not-redrivable',
      detail: `${reason}; nothing was done.`,
    });
    expect(api.sent('Invoke')).toEqual([]);
  });

  it.each([
    ['ExecutionNotRedrivable', 409],
    ['AccessDeniedException', 500],
  ])('that Step Functions answers with %s has the status %i', async (name, status) => {
    const api = apiBefore({
      ...described({ status: 'FAILED', redriveStatus: 'REDRIVABLE' }),
      RedriveExecution: () => {
        throw awsError(name, 'Too old');
      },
    });
    const answer = await api.call('redriveExecution', { path });
    expect(answer.status).toBe(status);
    const [, { failure } = { failure: '' }] = auditOf(api.sent('Invoke')) as { failure: string }[];
    expect(failure).toContain(status === 409 ? 'ProblemError' : name);
    if (status === 409) expect(problemOf(answer).detail).toBe('Too old; nothing was done.');
  });
});
