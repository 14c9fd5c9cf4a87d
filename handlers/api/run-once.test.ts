import { EventEmitter, once } from 'node:events';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import type { Answers } from '../../operations/scripted-clients.testing.ts';
import { apiBefore, awsError, problemOf } from './api.testing.ts';

type Item = Record<string, { readonly S?: string; readonly N?: string }>;
interface Keyed {
  readonly Key: Item;
}

/** The table of requests as Powertools uses it: it puts what is not there, and sets fields by their names. */
function requestsTable() {
  const items = new Map<string | undefined, Item>();
  const answers: Answers = {
    PutItem: ({ Item: item }: { readonly Item: Item }) => {
      const known = items.get(item['id']?.S);
      if (known !== undefined) {
        throw new ConditionalCheckFailedException({
          message: 'The conditional request failed',
          $metadata: {},
          Item: known as never,
        });
      }
      items.set(item['id']?.S, item);
      return {};
    },
    UpdateItem: ({
      Key,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    }: Keyed & {
      readonly ExpressionAttributeNames: Readonly<Record<string, string>>;
      readonly ExpressionAttributeValues: Item;
    }) => {
      const changes = Object.entries(names).map(([place, name]) => [
        name,
        values[place.replace('#', ':')],
      ]);
      items.set(Key['id']?.S, { ...items.get(Key['id']?.S), ...Object.fromEntries(changes) });
      return {};
    },
    DeleteItem: ({ Key }: Keyed) => {
      items.delete(Key['id']?.S);
      return {};
    },
  };
  return { items, answers };
}

const path = { project: 'abalone', workflow: 'training', execution: 'run' };
const KEY = 'a-key_78';

function createApi(more: Answers = {}) {
  const table = requestsTable();
  const api = apiBefore({
    ...table.answers,
    DescribeExecution: () => ({ status: 'FAILED', redriveStatus: 'REDRIVABLE' }),
    RedriveExecution: () => ({ redriveDate: new Date('2026-11-29T20:00:00Z') }),
    ...more,
  });
  const redrive = (key: string, execution = 'run') =>
    api.call('redriveExecution', {
      path: { ...path, execution },
      headers: { 'idempotency-key': key },
    });
  return { ...api, ...table, redrive };
}

describe('a request with an idempotency key', () => {
  it('is done once, and repeated has the same answer', async () => {
    const { redrive, sent, items } = createApi();
    const first = await redrive(KEY);
    const again = await redrive(KEY);
    expect(first.body).toEqual({ status: 'RUNNING', redrivenAt: '2026-11-29T20:00:00.000Z' });
    expect(again).toEqual(first);
    expect(sent('RedriveExecution')).toHaveLength(1);
    expect(sent('Invoke')).toHaveLength(1);
    const [[id, item] = ['', {} as Item]] = items;
    expect(id).toMatch(/^api#/);
    const keptSeconds = Number(item['expiration']?.N) - Date.now() / 1_000;
    expect(Math.round(keptSeconds / 60)).toBe(24 * 60);
  });

  it('names what it starts, the same for the same caller and route', async () => {
    const { redrive, sent } = createApi();
    await redrive(KEY);
    await redrive('other-key');
    const tokens = sent('RedriveExecution').map(
      (input) => (input as { readonly clientToken: string }).clientToken,
    );
    expect(tokens).toEqual([
      expect.stringMatching(/^[0-9a-f]{32}$/),
      expect.stringMatching(/^[0-9a-f]{32}$/),
    ]);
    expect(new Set(tokens).size).toBe(2);
    const other = createApi();
    await other.redrive(KEY);
    expect(other.sent('RedriveExecution')).toMatchObject([{ clientToken: tokens[0] }]);
  });

  it('that was sent before with another request is refused', async () => {
    const { redrive, sent } = createApi();
    await redrive(KEY);
    expect(problemOf(await redrive(KEY, 'other'))).toEqual({
      status: 422,
      kind: 'key-reused',
      detail: 'The key was sent before with another request; nothing was done. Send a new key.',
    });
    expect(sent('RedriveExecution')).toHaveLength(1);
  });

  it('that is still being answered is refused', async () => {
    const answers = new EventEmitter();
    const { redrive } = createApi({
      RedriveExecution: () => once(answers, 'redriven').then(([answer]) => answer as object),
    });
    const first = redrive(KEY);
    await new Promise((resolve) => setImmediate(resolve));
    expect(problemOf(await redrive(KEY))).toEqual({
      status: 409,
      kind: 'request-in-progress',
      detail: 'Wait for its answer, then repeat the request.',
    });
    answers.emit('redriven', { redriveDate: new Date(0) });
    expect((await first).status).toBe(202);
  });

  it('that failed may be sent again', async () => {
    let calls = 0;
    const { redrive } = createApi({
      RedriveExecution: () => {
        calls += 1;
        if (calls === 1) throw awsError('ExecutionNotRedrivable', 'Too early');
        return { redriveDate: new Date(0) };
      },
    });
    expect(problemOf(await redrive(KEY)).kind).toBe('not-redrivable');
    expect((await redrive(KEY)).status).toBe(202);
  });

  it.each(['seven77', 'x'.repeat(65), 'with space', 'ä-letter-8', ''])(
    'of the form %j is refused',
    async (key) => {
      const { redrive, sent } = createApi();
      expect(problemOf(await redrive(key))).toEqual({
        status: 400,
        kind: 'malformed-request',
        detail: 'The idempotency key is malformed.',
        errors: [
          {
            parameter: 'Idempotency-Key',
            detail: '8 to 64 letters, digits, hyphens, underscores',
          },
        ],
      });
      expect(sent('RedriveExecution')).toEqual([]);
    },
  );

  it.each(['eight888', 'x'.repeat(64)])('of the form %j is taken', async (key) => {
    expect((await createApi().redrive(key)).status).toBe(202);
  });

  it('of a route that changes nothing is not looked at', async () => {
    const api = createApi();
    const headers = { 'idempotency-key': '?' };
    expect((await api.call('listProjects', { headers })).status).toBe(200);
  });
});
