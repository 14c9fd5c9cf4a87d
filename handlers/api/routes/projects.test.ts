import { describe, expect, it } from 'vitest';
import { apiBefore, awsError, facts, NOW, problemOf } from '../api.testing.ts';

const shown = { description: 'Predicts rings', problem: 'regression' };
const [sex, length, rings] = facts.columns;

describe('projects', () => {
  it('are all that are deployed', async () => {
    const api = apiBefore();
    expect((await api.call('listProjects')).body).toEqual({
      environment: 'dev',
      projects: [
        { project: 'abalone', ...shown, publicPredict: true },
        { project: 'titanic', ...shown, publicPredict: false },
      ],
    });
    expect(api.sent('GetParameter')).toEqual([
      { Name: '/stepmill/dev/abalone' },
      { Name: '/stepmill/dev/titanic' },
    ]);
    const none = apiBefore({
      GetParameter: () => {
        throw awsError('ParameterNotFound');
      },
    });
    expect((await none.call('listProjects')).body).toEqual({ environment: 'dev', projects: [] });
    expect(problemOf(await none.call('getEndpoint'))).toEqual({
      status: 404,
      kind: 'project-not-found',
      detail: 'There is no project "abalone"; nothing was done. Known projects: abalone, titanic.',
    });
  });

  it.each([{}, { Parameter: { Value: '{}' } }])(
    'with the parameter %j are an error',
    async (parameter) => {
      const api = apiBefore({ GetParameter: () => parameter });
      expect((await api.call('listProjects')).status).toBe(500);
    },
  );

  it('are read again after half a minute', async () => {
    let now = NOW;
    const api = apiBefore({}, { now: () => now });
    for (const milliseconds of [0, 29_999, 1]) {
      now += milliseconds;
      await api.call('getProjectSchema');
    }
    expect(api.sent('GetParameter')).toHaveLength(2);
  });
});

describe('the schema of a project', () => {
  it('is what its definition says, without what only the API needs', async () => {
    const { body } = await apiBefore().call('getProjectSchema');
    const { contentTypes: _types, jobNamePrefixes: _prefixes, ...rest } = facts;
    expect(body).toEqual({ ...rest, recordColumns: ['sex', 'length'] });
  });
});

const refusalOf = async (project: string) =>
  problemOf(await apiBefore().call('getPublicForm', { path: { project } }));

const formWith = async (columns: (typeof facts)['columns']) =>
  (await apiBefore({}, { facts: { columns } }).call('getPublicForm')).body;

describe('the form of a project', () => {
  const form = {
    project: 'abalone',
    ...shown,
    label: 'rings',
    delimiter: ',',
    decimal: '.',
    columns: [sex, length],
  };

  it('holds what must be known to ask', async () => {
    const { body } = await apiBefore().call('getPublicForm');
    expect(body).toEqual({ ...form, labelPosition: 2 });
  });

  it('says where the label stands: first, or nowhere', async () => {
    expect(rings?.name).toBe('rings');
    const first = facts.columns.toReversed();
    expect(await formWith(first)).toMatchObject({ labelPosition: 0 });
    expect(await formWith(facts.columns.slice(0, 2))).toEqual(form);
  });

  it('of a project that is not open says as much as of one that is not there', async () => {
    expect(await refusalOf('titanic')).toEqual({
      status: 404,
      kind: 'project-not-found',
      detail: 'There is no project "titanic"; nothing was done.',
    });
    expect((await refusalOf('loans')).detail).toBe(
      'There is no project "loans"; nothing was done.',
    );
  });
});
