import { describe, expect, it } from 'vitest';
import { until } from '../slice/until.ts';
import { type Ask, kindOf, personIn } from './call-api.ts';

const abalone = { project: 'abalone' };
const pair = { one: 'abalone:1', other: 'abalone:2' };
const operator = personIn('olga', 'operator');
const approver = personIn('ada', 'approver');

interface Endpoint {
  readonly live: string | null;
  readonly alarms: readonly unknown[];
}

interface HistoryEvent {
  readonly stateEnteredEventDetails?: { readonly name: string; readonly input: string };
  readonly stateExitedEventDetails?: {
    readonly assignedVariables?: Readonly<Record<string, string>>;
  };
}

/** What variables hold after events. */
function variablesOf(events: readonly HistoryEvent[]): Record<string, unknown> {
  const assigned = events.flatMap(({ stateExitedEventDetails: exited }) =>
    Object.entries(exited?.assignedVariables ?? {}),
  );
  return Object.fromEntries(assigned.map(([name, text]) => [name, JSON.parse(text) as unknown]));
}

/** A second version: made by a redrive, compared, tried state by state, made live, and taken back. */
export function describeSecondModel(
  ask: Ask,
  stopped: () => string,
  settled: (version: number) => Promise<void>,
): void {
  const path = () => ({ ...abalone, workflow: 'training', execution: stopped() });

  const readEndpoint = async () => (await ask('getEndpoint', { path: abalone })).body as Endpoint;

  describe('a stopped training', () => {
    it('is redriven, once for one idempotency key, and makes the second version', async () => {
      const request = {
        path: path(),
        person: operator,
        headers: { 'idempotency-key': 'redrive-1-twice' },
        body: {},
      };
      const first = await ask('redriveExecution', request);
      const again = await ask('redriveExecution', request);
      expect(again.body).toEqual(first.body);
      expect(first.body).toMatchObject({ status: 'RUNNING' });
      const ended = await until('The training', async () => {
        const { body } = await ask('getExecution', { path: path() });
        return (body as { status: string }).status === 'RUNNING' ? undefined : body;
      });
      expect(ended).toMatchObject({
        status: 'SUCCEEDED',
        outcome: 'Registered',
        model: 'abalone:2',
        redriveCount: 1,
      });
    });

    it('has states that are tested with what they got', async () => {
      const { body } = await ask('listEvents', { path: path() });
      const { events } = body as { events: HistoryEvent[] };
      const at = events.findIndex(
        ({ stateEnteredEventDetails: entered }) => entered?.name === 'Train model',
      );
      const request = {
        ...path(),
        state: 'Train model',
        input: JSON.parse(events[at]?.stateEnteredEventDetails?.input ?? '{}') as unknown,
        variables: variablesOf(events.slice(0, at)),
      };
      const test = (more: object) =>
        ask('testState', { person: operator, body: { ...request, ...more } });
      const bare = await test({});
      const failed = await test({ mock: { error: 'States.Timeout', cause: 'Too slow' } });
      const none = await test({ state: 'Nothing' });
      expect([kindOf(bare), kindOf(none)]).toEqual(['malformed-request', 'state-not-found']);
      expect(failed.body).toMatchObject({
        status: expect.stringMatching(/RETRIABLE|CAUGHT_ERROR/),
      });
    });
  });

  describe('two versions', () => {
    it('are compared with the settings that differ, and on the same rows', async () => {
      const compared = await ask('compareModels', { query: pair });
      const rows = await ask('comparePredictions', { query: { ...pair, rows: '50' } });
      const own = await ask('listPredictions', {
        path: { version: 'abalone:2' },
        query: { rows: '50' },
      });
      expect(compared.body).toMatchObject({
        isSameData: true,
        isSameRows: true,
        columns: [],
        settings: [{ name: 'max_depth', one: '5', other: '4' }],
      });
      const { rows: pairs } = rows.body as { rows: { row: number; other: number }[] };
      const { rows: singles } = own.body as { rows: { row: number; predicted: number }[] };
      expect(pairs.map(({ row, other }) => [row, other])).toEqual(
        singles.map(({ row, predicted }) => [row, predicted]),
      );
      expect(pairs.length).toBeGreaterThan(20);
    });

    it('come of one upload', async () => {
      const { body } = await ask('listDatasets', { path: abalone, query: { name: 'abalone.csv' } });
      const [{ dataset }] = (body as { datasets: [{ dataset: string }] }).datasets;
      const detail = await ask('getDataset', { path: { ...abalone, dataset } });
      expect(detail.body).toMatchObject({ models: ['abalone:2', 'abalone:1'] });
    });
  });

  describe('the second version', () => {
    it('goes live as its plan says', async () => {
      const version = { version: 'abalone:2' };
      const plan = await ask('planDecision', { path: version });
      expect(plan.body).toMatchObject({
        approval: { does: 'rollout', replaces: 'abalone:1', comesBack: 'abalone:1' },
        rejection: { does: 'mark-only' },
      });
      const { revision } = plan.body as { revision: string };
      await ask('approveModel', { path: version, person: approver, body: { revision } });
      await settled(2);
      const { live, alarms } = await readEndpoint();
      expect(live).toBe('abalone:2');
      expect(alarms).toContainEqual(
        expect.objectContaining({ threshold: expect.any(Number), state: expect.any(String) }),
      );
    });

    it('is taken back as its plan says', async () => {
      const plan = await ask('planDecision', { path: { version: 'abalone:2' } });
      expect(plan.body).toMatchObject({
        approval: { does: 'nothing' },
        rejection: { does: 'roll-back', comesBack: 'abalone:1' },
      });
      // For five seconds after a decision, whoever does not name it has to look again.
      const rolledBack = await until('The rollback', async () => {
        const answer = await ask('rollBack', {
          path: abalone,
          person: approver,
          body: { reason: 'Complaints' },
        });
        return answer.status === 409 ? undefined : answer;
      });
      expect(rolledBack.body).toMatchObject({
        version: 'abalone:2',
        status: 'Rejected',
        decision: 'ada: Complaints',
      });
      await settled(1);
    });

    it('has a lineage with both promotions, and an audit', async () => {
      const one = await ask('getModel', { path: { version: 'abalone:2' } });
      const audit = await ask('listAudit', {
        path: abalone,
        query: { subject: 'abalone:2', pageSize: '100' },
      });
      expect((one.body as { lineage: { promotions: unknown[] } }).lineage.promotions).toHaveLength(
        1,
      );
      const { entries } = audit.body as { entries: { action: string }[] };
      expect(entries.map(({ action }) => action)).toEqual(['rollBack', 'approveModel']);
    });
  });
}
