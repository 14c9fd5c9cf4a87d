import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Project, ProjectError } from '../definition/index.ts';
import { abalone } from '../projects/abalone/project.ts';
import { checkScripts } from './check-scripts.ts';
import { createStack } from './testing/project-stack.testing.ts';

const { processing, training } = abalone;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-scripts-'));
});

function write(...names: readonly string[]): void {
  for (const name of names) writeFileSync(join(folder, name), '');
}

function mistakesOf(project: Project): readonly string[] {
  try {
    checkScripts(project, folder);
    return [];
  } catch (error) {
    if (!(error instanceof ProjectError)) throw error;
    return error.mistakes;
  }
}

/** Of a training script that is given a hyperparameter. */
function mistakesOfScript(script: string): readonly string[] {
  write('preprocess.py', 'evaluate.py');
  writeFileSync(join(folder, 'train.py'), script);
  return mistakesOf({
    ...abalone,
    training: { ...training, hyperparameters: { max_depth: 3 } },
  });
}

describe('the scripts of a project', () => {
  it('are all there', () => {
    write('preprocess.py', 'train.py', 'evaluate.py');

    expect(mistakesOf(abalone)).toEqual([]);
  });

  it('are all reported at once if they are missing, with the similar name or all names', () => {
    write('preprocess.py', 'train.py', 'measure.py', 'README.md');
    const project = { ...abalone, training: { ...training, script: 'trian.py' } };

    expect(mistakesOf(project)).toEqual([
      `training.script: must be a file in the folder of \`code\`; there is no ${folder}/trian.py (did you mean train.py?); got "trian.py".`,
      `evaluation.script: must be a file in the folder of \`code\`; there is no ${folder}/evaluate.py (there are measure.py, preprocess.py, train.py); got "evaluate.py".`,
    ]);
  });

  it('are files, with upper and lower case as in containers', () => {
    write('preprocess.py', 'Train.py');
    mkdirSync(join(folder, 'evaluate.py'));

    expect(mistakesOf(abalone)).toEqual([
      expect.stringMatching(
        /^training\.script: .* \(did you mean Train\.py\?\); got "train\.py"\.$/,
      ),
      expect.stringMatching(/^evaluation\.script: .* \(there are Train\.py, preprocess\.py\)/),
    ]);
  });

  it('are reported as missing in an empty folder', () => {
    const project = { ...abalone, processing: { ...processing, script: 'a.py' } };

    expect(mistakesOf(project)[0]).toContain('/a.py (it holds no .py file); got "a.py".');
  });

  describe('that declare their hyperparameters', () => {
    const table = {
      xgboost: {
        max_depth: { type: 'integer', minimum: 1, maximum: 20, default: 3 },
        eta: { type: 'number', minimum: 0.001, maximum: 1, default: 0.05 },
        booster: { type: 'text', values: ['gbtree', 'dart'], default: 'gbtree' },
      },
    };
    const mistakesWith = (hyperparameters: object, algorithm?: string) => {
      write('preprocess.py', 'train.py', 'evaluate.py');
      writeFileSync(join(folder, 'hyperparameters.json'), JSON.stringify(table));
      return mistakesOf({
        ...abalone,
        training: { ...training, algorithm, hyperparameters } as typeof training,
      });
    };

    it('take those of the algorithm, within their bounds', () => {
      const given = { max_depth: 20, eta: 0.001, booster: 'dart' };

      expect(mistakesWith(given, 'xgboost')).toEqual([]);
    });

    it.each<[string, object, string]>([
      [
        'another name',
        { max_deth: 3 },
        'max_deth: is not a hyperparameter of xgboost (did you mean max_depth?); got 3.',
      ],
      ['a number that is too large', { max_depth: 21 }, 'max_depth: must be at most 20; got 21.'],
      ['a number that is too small', { eta: 0 }, 'eta: must be at least 0.001; got 0.'],
      ['a fraction', { max_depth: 2.5 }, 'max_depth: must be a whole number; got 2.5.'],
      [
        'a member of every object',
        { constructor: 1 },
        'constructor: is not a hyperparameter of xgboost (there are max_depth, eta, booster); got 1.',
      ],
      ['a text', { eta: 'fast' }, 'eta: must be a number; got "fast".'],
      ['another text', { booster: 'x' }, 'booster: must be gbtree or dart; got "x".'],
    ])('refuse %s', (_what, given, sentence) => {
      expect(mistakesWith(given, 'xgboost')).toEqual([`training.hyperparameters.${sentence}`]);
    });
  });

  describe('that read their arguments with argparse', () => {
    const parser = 'import argparse\nparser = argparse.ArgumentParser()\n';

    it('do not accept hyperparameters that they do not declare', () => {
      expect(mistakesOfScript(`${parser}parser.add_argument("--depth")\n`)).toEqual([
        'training.hyperparameters.max_depth: is not an argument of the scripts: no .py file in the folder of `code` holds "--max_depth"; got 3.',
      ]);
    });

    it.each([
      ['that declare it', `${parser}parser.add_argument('--max_depth')\n`],
      ['that take others as well', `${parser}options, _ = parser.parse_known_args()\n`],
      ['that read them in another way', 'import json\n'],
    ])('pass %s', (_what, script) => {
      expect(mistakesOfScript(script)).toEqual([]);
    });
  });

  it('write every metric of the gate', () => {
    write('preprocess.py', 'train.py');
    writeFileSync(
      join(folder, 'evaluate.py'),
      '{"regression_metrics": {"mse": 1, "rmse_log": 2}}\n',
    );
    const bounds = [
      { metric: 'mse', maximum: 1, over: 'test' as const, at: 'value' as const },
      { metric: 'rmse', maximum: 1, over: 'test' as const, at: 'value' as const },
    ];

    expect(mistakesOf({ ...abalone, gate: { bounds, suspicious: [] } })).toEqual([
      'gate.bounds[1].metric: is not a metric that the scripts write: no .py file in the folder of `code` holds the word rmse; got "rmse".',
    ]);
  });

  it('have bounds that their metrics can pass', () => {
    write('preprocess.py', 'train.py', 'evaluate.py');
    writeFileSync(join(folder, 'metrics.json'), '{"binary": ["auc", "log_loss"]}');
    const over = 'test' as const;
    const bounds = [
      { metric: 'auc', minimum: 1.2, over, at: 'value' as const },
      { metric: 'log_loss', maximum: 2, over, at: 'value' as const },
      { metric: 'log_loss', maximum: -0.1, over, at: 'value' as const },
    ];
    const suspicious = [{ metric: 'auc', maximum: 1.1, over }];

    expect(mistakesOf({ ...abalone, problem: 'binary', gate: { bounds, suspicious } })).toEqual([
      'gate.bounds[0].minimum: must be a value of auc, from 0 to 1; got 1.2.',
      'gate.bounds[2].maximum: must be a value of log_loss, from 0 to Infinity; got -0.1.',
      'gate.suspicious[0].maximum: must be a value of auc, from 0 to 1; got 1.1.',
    ]);
  });

  it('are reported as missing when the stack is created', () => {
    const misspelt = { ...abalone, training: { ...training, script: 'trian.py' } };
    const astray = { ...abalone, code: 'projects/abalon/python' };

    expect(() => createStack(misspelt)).toThrow(
      /^Project abalone has 1 mistake; nothing was synthesized\.\n {2}training\.script: .*projects\/tabular\/python\/trian\.py \(did you mean train\.py\?\)/,
    );
    expect(() => createStack(astray)).toThrow(
      /code: must be a folder, .* there is no .*projects\/abalon\/python; got "projects\/abalon\/python"\.$/,
    );
  });
});
