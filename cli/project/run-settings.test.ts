import { describe, expect, it } from 'vitest';
import type { RunSettings } from '../../operations/index.ts';
import type { ProjectResources } from './project-resources.ts';
import { demandSettings } from './run-settings.ts';

const project = { kit: { problem: 'binary', algorithm: 'xgboost' } } as ProjectResources;

function refusal(settings: RunSettings, of = project): string {
  try {
    demandSettings(of, settings);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('the settings of a run', () => {
  it.each<[string, RunSettings]>([
    ['none', {}],
    [
      'hyperparameters of the project\u2019s algorithm',
      { hyperparameters: { max_depth: '6', eta: '0.1' } },
    ],
    ['those of another', { algorithm: 'logistic-regression', hyperparameters: { c: '0.5' } }],
  ])('may be %s', (_what, settings) => {
    expect(refusal(settings)).toBe('');
  });

  it.each<[RunSettings, string]>([
    [
      { hyperparameters: { max_dept: '6' } },
      'Nothing was started. --set max_dept=6: max_dept is not a hyperparameter of xgboost (did you mean max_depth?).',
    ],
    [
      { hyperparameters: { max_depth: '6.5', eta: 'fast' } },
      'Nothing was started. --set max_depth=6.5: max_depth must be a whole number; --set eta=fast: eta must be a number.',
    ],
    [
      { hyperparameters: { max_depth: '99' } },
      'Nothing was started. --set max_depth=99: max_depth must be at most 20.',
    ],
    [
      { hyperparameters: { max_depth: '5.0' } },
      'Nothing was started. --set max_depth=5.0: max_depth must be a whole number.',
    ],
    [
      { hyperparameters: { max_depth: '0x5' } },
      'Nothing was started. --set max_depth=0x5: max_depth must be a number.',
    ],
    [
      { algorithm: 'xgbost' },
      'Nothing was started. --algorithm xgbost is not an algorithm of the kit (did you mean xgboost?).',
    ],
    [
      { algorithm: 'linear-regression' },
      'Nothing was started. --algorithm linear-regression cannot solve a binary problem.',
    ],
  ])('%j are refused before anything starts', (settings, message) => {
    expect(refusal(settings)).toBe(message);
  });

  it('of scripts of one\u2019s own are left to them', () => {
    expect(refusal({ hyperparameters: { own: '1' } }, {} as ProjectResources)).toBe('');
  });
});
