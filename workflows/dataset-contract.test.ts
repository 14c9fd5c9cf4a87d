import { expect, it } from 'vitest';
import { KIT_FOLDER, type Project } from '../definition/index.ts';
import { abalone } from '../projects/abalone/project.ts';
import { contractOf } from './dataset-contract.ts';
import type { ProjectResources } from './project-resources.ts';

const OWN_SCRIPTS = 'projects/own/python';

const contract = (problem: Project['problem'], code: string) =>
  contractOf({ project: { ...abalone, problem, code } } as ProjectResources);

// XGBoost's objective `binary:logistic` takes the labels 0 and 1 only: https://xgboost.readthedocs.io/en/stable/parameter.html
it.each<[Project['problem'], string, readonly string[] | undefined]>([
  ['binary', OWN_SCRIPTS, ['0', '1']],
  ['binary', KIT_FOLDER, undefined],
  ['regression', OWN_SCRIPTS, undefined],
  ['regression', KIT_FOLDER, undefined],
  ['multiclass', OWN_SCRIPTS, undefined],
])('the labels of a problem of type %s with the scripts in %s are %s', (problem, code, labels) => {
  expect(contract(problem, code).labels).toEqual(labels);
});

it('spaces around values count unless the kit reads them, which strips them', () => {
  expect(contract('regression', OWN_SCRIPTS)).not.toHaveProperty('whiteSpace', 'strip');
  expect(contract('regression', KIT_FOLDER)).toHaveProperty('whiteSpace', 'strip');
});
