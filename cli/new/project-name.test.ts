import { expect, it } from 'vitest';
import { constantOf, demandName, nameOfFile } from './project-name.ts';

it.each([
  ['titanic.csv', 'titanic'],
  ['data/Loan Data (2).csv', 'loan-data-2'],
  ['Größe & Gewicht.CSV', 'grosse-gewicht'],
  ['2024_sales.csv', 'data-2024-sales'],
  ['titanic/train.csv', 'titanic'],
  ['titanic/training-data.csv', 'data'],
  ['/train.csv', 'my-data'],
  ['tabular/日本.csv', 'my-data'],
  ['a-very-long-name-of-a-file-that-has-no-end.csv', 'a-very-long-name-of-a'],
  ['averylongnameofafilethathasnoendatall.csv', 'averylongnameofafilethat'],
  ['winequality-red.v1.csv', 'winequality-red-v1'],
])('%s becomes the project %s', (file, name) => {
  expect(nameOfFile(file)).toBe(name);
  expect(demandName(name)).toBe(name);
});

it.each([
  ['loan-data-2', 'loanData2'],
  ['new', 'newProject'],
])('the project %s is the constant %s', (name, constant) => {
  expect(constantOf(name)).toBe(constant);
});
