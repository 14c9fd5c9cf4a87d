import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { abalone } from '../../projects/abalone/project.ts';
import { listProjects, loadProjects } from './load-projects.ts';

/** Abalone with scripts of its own. */
const example = {
  ...abalone,
  code: 'code',
  training: { ...abalone.training, algorithm: undefined },
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-projects-'));
  mkdirSync(join(folder, 'code'));
  for (const script of ['preprocess.py', 'train.py', 'evaluate.py']) {
    writeFileSync(join(folder, 'code', script), '');
  }
});

afterEach(() => rmSync(folder, { recursive: true }));

const FACE = "import { defineProject } from '../../definition/index.ts';\n";

function write(name: string, text: string, file = 'project.ts'): void {
  mkdirSync(join(folder, 'projects', name), { recursive: true });
  writeFileSync(join(folder, 'projects', name, file), text);
}

/** A valid project file with other settings. */
function fileOf(name: string, changes: object = {}): string {
  const input = { ...example, name, ...changes };
  return `${FACE}\nexport const project = defineProject(\n  ${JSON.stringify(input)},\n);\n`;
}

async function messageOf(load: Promise<unknown>): Promise<string> {
  return load.then(
    () => 'loaded',
    (error: Error) => `${error.name}: ${error.message}`.replaceAll(folder, '<app>'),
  );
}

describe('the projects of an app', () => {
  it('are the folders with a project.ts, in the order of their names', async () => {
    write('titanic', fileOf('titanic'));
    write('abalone', fileOf('abalone'));
    write('tabular', '', 'train.py');
    writeFileSync(join(folder, 'projects', 'README.md'), '');

    const projects = await loadProjects(folder);

    expect(listProjects(folder)).toEqual(['abalone', 'titanic']);
    expect(projects).toEqual([example, { ...example, name: 'titanic' }]);
  });

  it('include the one of this app', async () => {
    expect(await loadProjects(resolve('.'), ['abalone'])).toEqual([abalone]);
  });

  it('are read again, with their imports', async () => {
    write(
      'abalone',
      `${FACE}import { text } from './text.ts';\n${fileOf('abalone')
        .slice(FACE.length)
        .replace('defineProject(', 'defineProject({...')
        .replace(/,\n\);/, ', description: text});')}`,
    );
    write('abalone', "export const text: string = 'first';", 'text.ts');
    const [first] = await loadProjects(folder);
    write('abalone', "export const text: string = 'second';", 'text.ts');
    const [second] = await loadProjects(folder);

    expect([first?.description, second?.description]).toEqual(['first', 'second']);
  });

  it('may be exported by default, and twice', async () => {
    const text = fileOf('abalone').replace('export const project', 'const project');
    write(
      'abalone',
      `${text}export default project;\nexport { project };\nexport const columns = 9;`,
    );

    expect(await loadProjects(folder)).toHaveLength(1);
  });

  it('may read files beside them', async () => {
    const changed = fileOf('abalone').replace(
      '"code":"code"',
      '"code": readFileSync(new URL("code.txt", import.meta.url), "utf8")',
    );
    write('abalone', `import { readFileSync } from 'node:fs';\n${changed}`);
    write('abalone', 'code', 'code.txt');

    expect(await loadProjects(folder)).toMatchObject([{ code: 'code' }]);
  });

  it('name all mistakes of all files at once, with their lines', async () => {
    write('dots', fileOf('dots', { problem: 'clustering', speling: 1 }));
    write('empty', '');
    write('lost', "import { columns } from './columns.ts';\nexport default columns;\n");
    write(
      'many',
      `${fileOf('many')}export const other = defineProject(${JSON.stringify({ ...example, name: 'other' })});`,
    );
    write('scripts', fileOf('scripts', { training: { ...example.training, script: 'trian.py' } }));
    write('spread', `${FACE}export const project = { name: 'spread' };`);
    write(
      'syntax',
      "import { defineProject } from '../../definition/index.ts';\n\nexport const = 1;\n",
    );
    write(
      'thrown',
      'const missing = undefined as unknown as { name: string };\n\nexport const name = missing.name;\n',
    );
    write('titanic', fileOf('abalone'));

    expect(await messageOf(loadProjects(folder))).toMatchInlineSnapshot(`
      "ProjectFilesError: The projects have 10 mistakes; nothing was synthesized.
        projects/dots/project.ts:3:24: problem: must be "regression" or "binary" or "multiclass"; got "clustering".
        projects/dots/project.ts:3:24: speling: is not a project field; remove or rename it.
        projects/empty/project.ts: exports no project; export what \`defineProject\` of definition/index.ts returns.
        projects/lost/project.ts:1:25: Could not resolve "./columns.ts"
        projects/many/project.ts: exports 2 projects (other, many); keep one, and give each other its own folder.
        projects/scripts/project.ts: training.script: must be a file in the folder of \`code\`; there is no <app>/code/trian.py (did you mean train.py?); got "trian.py".
        projects/spread/project.ts: exports no project; export what \`defineProject\` of definition/index.ts returns.
        projects/syntax/project.ts:3:14: Expected identifier but found "="
        projects/thrown/project.ts: TypeError: Cannot read properties of undefined (reading 'name')
        projects/titanic/project.ts: name: must be that of its folder, "titanic"; got "abalone". Rename one of the two."
    `);
  });

  it('are missed', async () => {
    expect(await messageOf(loadProjects(folder))).toMatchInlineSnapshot(`
      "ProjectFilesError: The projects have 1 mistake; nothing was synthesized.
        projects/<name>/project.ts: there is no such file in <app>."
    `);
  });

  it('leave out those that were not requested', async () => {
    write('abalone', fileOf('abalone'));
    write('broken', 'export const = 1;');

    expect(await loadProjects(folder, ['abalone'])).toHaveLength(1);
  });

  it('share the definition that runs, also in a copy of the app', async () => {
    cpSync('definition', join(folder, 'definition'), { recursive: true });
    write('dots', fileOf('dots', { problem: 'clustering' }));

    expect(await messageOf(loadProjects(folder))).toContain('projects/dots/project.ts:3:');
  });
});
