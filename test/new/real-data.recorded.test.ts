import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../cli/new/made-project.testing.ts';
import type { NewOptions } from '../../cli/new/new-project.ts';
import { defineProject, type ProjectInput } from '../../definition/index.ts';
import { findFurtherData } from '../further-data.ts';

let app: TestApp;
beforeAll(() => {
  app = createTestApp();
});
afterAll(() => app.remove());

async function make(name: string, options: NewOptions) {
  const file = findFurtherData(`data/${name}`);
  const made = await app.make(fileURLToPath(file ?? 'file:///none'), { yes: true, ...options });
  const project = defineProject(made.input as unknown as ProjectInput);
  return { lines: made.lines, project };
}

const ignoredOf = (lines: readonly string[]) => lines.filter((line) => line.startsWith('- '));

describe.skipIf(findFurtherData('data/titanic.csv') === undefined)(
  'stepmill new on data of the real world (skipped where it is not beside the checkout)',
  () => {
    it('finds that boat and body of the Titanic were known only afterwards', async () => {
      const { lines, project } = await make('titanic.csv', { label: 'survived' });

      expect(project.problem).toBe('binary');
      expect(ignoredOf(lines)).toEqual([
        '- name is ignored (identifier: 99 % of its texts are different)',
        '- boat is ignored (leak: separates survived almost alone (AUC 0.97))',
        '- body is ignored (leak: separates survived almost alone (with a value 100 % are of one class))',
      ]);
      expect(
        project.dataset.columns.map(({ name, type, optional }) => [name, type, optional]),
      ).toEqual([
        ['pclass', 'integer', false],
        ['survived', 'integer', false],
        ['name', 'text', false],
        ['sex', 'category', false],
        ['age', 'number', true],
        ['sibsp', 'integer', false],
        ['parch', 'integer', false],
        ['ticket', 'text', false],
        ['fare', 'number', true],
        ['cabin', 'text', true],
        ['embarked', 'category', true],
        ['boat', 'text', false],
        ['body', 'text', false],
        ['home.dest', 'category', true],
      ]);
      expect(lines.join('\n')).not.toMatch(/Allen|Allison|Braund/);
    });

    it('keeps the encounters of a diabetic patient together, and takes ? as missing', async () => {
      const { lines, project } = await make('diabetic_data.csv', { label: 'readmitted' });

      expect(project.problem).toBe('multiclass');
      expect(project.split.groupBy).toBe('patient_nbr');
      expect(ignoredOf(lines).slice(0, 3)).toEqual([
        '- encounter_id is ignored (identifier: every number is different)',
        '- patient_nbr is ignored (identifier: 85 % of its numbers are different)',
        '- payer_code is ignored (empty in every row)',
      ]);
      const columnOf = (name: string) =>
        project.dataset.columns.find((column) => column.name === name);
      expect(columnOf('race')).toEqual({
        name: 'race',
        type: 'category',
        optional: true,
        ignore: false,
        missingValues: ['?'],
      });
      expect(columnOf('A1Cresult')).toMatchObject({ type: 'category', optional: false });
    });

    it('reads the abalones, which have no header', async () => {
      const { lines, project } = await make('abalone.csv', { label: '9' });

      expect(project.problem).toBe('regression');
      expect(project.dataset).toMatchObject({ header: false, label: 'column_9' });
      expect(project.dataset.columns.map(({ type }) => type)).toEqual([
        'category',
        ...Array.from({ length: 7 }, () => 'number'),
        'integer',
      ]);
      expect(ignoredOf(lines)).toEqual([]);
    });
  },
);
