import { describe, expect, it } from 'vitest';
import { readPipInstall } from './pip-arguments.ts';

const NOTHING = {
  options: [],
  requirements: [],
  requirementFiles: [],
  constraintFiles: [],
  editable: [],
  target: undefined,
  prefix: undefined,
};

describe('pip install', () => {
  it.each<[string, object]>([
    ['numpy "x"', { requirements: ['numpy', '"x"'] }],
    ['--no-cache-dir -r requirements.txt', { requirementFiles: ['requirements.txt'] }],
    ['-rrequirements.txt', { requirementFiles: ['requirements.txt'] }],
    ['--requirement=a.txt -c b.txt', { requirementFiles: ['a.txt'], constraintFiles: ['b.txt'] }],
    ['--upgrade pip setuptools', { options: ['--upgrade'], requirements: ['pip', 'setuptools'] }],
    ['-U pip -q', { options: ['--upgrade'], requirements: ['pip'] }],
    ['-e .', { editable: ['.'] }],
    ['-i https://a/simple x', { options: ['--index-url=https://a/simple'], requirements: ['x'] }],
    ['--only-binary :all: x', { options: ['--only-binary=:all:'], requirements: ['x'] }],
    ['--target /var/task x', { target: '/var/task', requirements: ['x'] }],
    ['-t /var/task x', { target: '/var/task', requirements: ['x'] }],
    ['--prefix=/install x', { prefix: '/install', requirements: ['x'] }],
    ['--user x', { prefix: '/root/.local', requirements: ['x'] }],
    ['--progress-bar off --root-user-action=ignore x', { requirements: ['x'] }],
  ])('%s', (text, expected) => {
    expect(readPipInstall(text.split(' '), '/root')).toEqual({ ...NOTHING, ...expected });
  });

  it.each([
    ['--dry-run x', 'the option --dry-run of pip install is not known'],
    ['-x', 'the option -x of pip install is not known'],
    ['-r', '--requirement of pip has no value'],
  ])('refuses %s', (text, message) => {
    expect(() => readPipInstall(text.split(' '), '/root')).toThrow(message);
  });
});
