import { describe, expect, it } from 'vitest';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import { until } from '../slice/until.ts';
import { type Ask, kindOf, personIn } from './call-api.ts';

const operator = personIn('olga', 'operator');
const path = { project: 'abalone' };

/** What the examples of docs/api.md name. */
export interface Watched {
  scoring: string;
  report: string;
}

interface Scored {
  readonly state: string;
  readonly files: readonly { readonly name: string; readonly url: string }[];
}

/** Files that are scored, and windows that are judged, with a live model. */
export function describeWatching(ask: Ask, watched: Watched): void {
  describe('a file', () => {
    it('is uploaded by a form, scored, and downloaded by a link', async () => {
      const lines = generateAbaloneSample(3, 50).trimEnd().split('\n');
      const content = `${lines.join('\n')}\nM,x\n`;
      const form = await ask('createScoringUpload', {
        path,
        person: operator,
        body: { fileName: 'june.csv', sizeBytes: Buffer.byteLength(content) },
      });
      const { url, fields, uri } = form.body as {
        url: string;
        fields: Record<string, string>;
        uri: string;
      };
      const data = new FormData();
      for (const [name, value] of Object.entries(fields)) data.set(name, value);
      data.set('file', new Blob([content]));
      expect((await fetch(url, { method: 'POST', body: data })).status).toBe(204);

      const started = await ask('startScoring', {
        person: operator,
        body: { modelName: 'abalone', datasetUri: uri },
      });
      watched.scoring = (started.body as { execution: string }).execution;
      const scored = await until('The scoring', async () => {
        const { body } = await ask('getScoring', {
          path: { ...path, execution: watched.scoring },
          query: { rows: '2' },
        });
        const found: Scored = body;
        return found.state === 'running' ? undefined : found;
      });

      expect(scored).toMatchObject({
        state: 'scored',
        name: 'june.csv',
        rows: { scored: 50, rejected: 1 },
        results: {
          answers: { kind: 'number' },
          preview: { answerColumns: 1, rows: [expect.any(Array), expect.any(Array)] },
        },
      });
      const link = scored.files.find(({ name }) => name === 'predictions.csv')?.url ?? '';
      const predictions = await fetch(link);
      expect(predictions.headers.get('content-disposition')).toBe(
        'attachment; filename="predictions.csv"',
      );
      expect((await predictions.text()).trimEnd().split('\n')).toHaveLength(51);
      const listed = await ask('listScorings', { path });
      expect(listed.body).toMatchObject({ scorings: [{ execution: watched.scoring }] });
    });

    it('that is not there is not scored', async () => {
      const { body } = await ask('listScorings', { path });
      const [{ uri }] = (body as { scorings: [{ uri: string }] }).scorings;
      const none = await ask('startScoring', {
        person: operator,
        body: { modelName: 'abalone', datasetUri: uri.replace('june', 'july') },
      });
      expect(kindOf(none)).toBe('dataset-not-found');
    });
  });

  describe('a window', () => {
    it('is judged', async () => {
      const started = await ask('startMonitoring', { path, person: operator, body: {} });
      watched.report = (started.body as { execution: string }).execution;
      const report = await until('The report', async () => {
        const { body } = await ask('getReport', { path: { ...path, report: watched.report } });
        return (body as { status: string }).status === 'RUNNING' ? undefined : body;
      });
      // Answers are kept for a second: lists may be older than the report.
      await until('The report in the list', async () => {
        const { body } = await ask('listReports', { path });
        const { reports } = body as { reports: readonly { readonly report: string }[] };
        return reports.find((listed) => listed.report === watched.report);
      });
      await until('The report in the overview', async () => {
        const { body } = await ask('getOverview', {});
        const { projects } = body as { projects: readonly { drift?: { report: string } }[] };
        return projects.find(({ drift }) => drift?.report === watched.report);
      });
      const monitoring = await ask('getMonitoring', { path });

      expect(report).toMatchObject({
        status: 'SUCCEEDED',
        verdict: expect.stringMatching(/^no/),
        model: 'abalone:1',
      });
      expect(monitoring.body).toMatchObject({
        settings: { windowHours: 12 },
        alarms: [{ name: 'abalone-drift' }, { name: 'abalone-quality' }],
      });
    });
  });
}
