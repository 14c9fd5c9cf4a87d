import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Project, ProjectError } from '../definition/index.ts';
import { abalone } from '../projects/index.ts';
import { checkScripts } from './check-scripts.ts';
import { createStack } from './testing/project-stack.ts';

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

describe('the scripts of a project', () => {
  it('are all there', () => {
    write('preprocess.py', 'train.py', 'evaluate.py');

    expect(mistakesOf(abalone)).toEqual([]);
  });

  it('are missed all at once, with the near name or all names', () => {
    write('preprocess.py', 'train.py', 'measure.py', 'README.md');
    const project = { ...abalone, training: { ...training, script: 'trian.py' } };

    expect(mistakesOf(project)).toEqual([
      `training.script: must be a file in the folder of \`code\`; there is no ${folder}/trian.py (did you mean train.py?); got "trian.py".`,
      `evaluation.script: must be a file in the folder of \`code\`; there is no ${folder}/evaluate.py (there are measure.py, preprocess.py, train.py); got "evaluate.py".`,
    ]);
  });

  it('are files, with the letters that containers see', () => {
    write('preprocess.py', 'Train.py');
    mkdirSync(join(folder, 'evaluate.py'));

    expect(mistakesOf(abalone)).toEqual([
      expect.stringMatching(
        /^training\.script: .* \(did you mean Train\.py\?\); got "train\.py"\.$/,
      ),
      expect.stringMatching(/^evaluation\.script: .* \(there are Train\.py, preprocess\.py\)/),
    ]);
  });

  it('are missed in an empty folder', () => {
    const project = { ...abalone, processing: { ...processing, script: 'a.py' } };

    expect(mistakesOf(project)[0]).toContain('/a.py (it holds no .py file); got "a.py".');
  });

  it('are missed when the stack is made', () => {
    const misspelt = { ...abalone, training: { ...training, script: 'trian.py' } };
    const astray = { ...abalone, code: 'projects/abalon/python' };

    expect(() => createStack(misspelt)).toThrow(
      /^Project abalone has 1 mistake; nothing was synthesized\.\n {2}training\.script: .*projects\/abalone\/python\/trian\.py \(did you mean train\.py\?\)/,
    );
    expect(() => createStack(astray)).toThrow(
      /code: must be a folder, .* there is no .*projects\/abalon\/python; got "projects\/abalon\/python"\.$/,
    );
  });
});
