import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { abalone } from '../../projects/abalone/project.ts';
import { readContextSettings } from '../environment-settings.ts';
import { loadApp } from './load-app.ts';
import { loadConfig } from './load-config.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-config-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(text: string): void {
  const face = "import { defineConfig } from './definition/index.ts';\n";
  writeFileSync(join(folder, 'stepmill.config.ts'), `${face}${text}`);
}

const environments = "{ dev: { account: '111111111111', region: 'eu-west-1' } }";

async function messageOf(load: Promise<unknown>): Promise<string> {
  return load.then(
    () => 'loaded',
    (error: Error) => `${error.name}: ${error.message}`.replaceAll(folder, '<app>'),
  );
}

describe('the file stepmill.config.ts', () => {
  it('need not be there', async () => {
    expect(await loadConfig(folder)).toBeUndefined();
  });

  it.each(['default', 'const config ='])('exports a configuration as %s', async (as) => {
    write(`export ${as} defineConfig({ environments: ${environments} });`);

    expect(await loadConfig(folder)).toMatchObject({
      environments: { dev: { account: '111111111111', approval: false } },
      handover: 'copy',
    });
  });

  it('is read again when it has changed', async () => {
    write(`export default defineConfig({ environments: ${environments} });`);
    await loadConfig(folder);
    write(`export default defineConfig({ environments: ${environments}, handover: 'share' });`);

    expect(await loadConfig(folder)).toMatchObject({ handover: 'share' });
  });

  it.each([
    [
      `export default { environments: ${environments} };`,
      'ProjectFilesError: The configuration has 1 mistake; nothing was synthesized.\n  stepmill.config.ts: exports 0 configurations; export the one configuration that `defineConfig` of definition/index.ts returns.',
    ],
    [
      'export default defineConfig({\n  environments: {},\n});',
      "ProjectFilesError: The configuration has 1 mistake; nothing was synthesized.\n  stepmill.config.ts:3:3: environments: must name an environment, for example { dev: { account: '…', region: 'eu-west-1' } }; got {}.",
    ],
    [
      'export default;',
      'ProjectFilesError: The configuration has 1 mistake; nothing was synthesized.\n  stepmill.config.ts:2:15: Unexpected ";"',
    ],
  ])('may be wrong: %s', async (text, message) => {
    write(text);

    expect(await messageOf(loadConfig(folder))).toBe(message);
  });

  it('has its mistakes named beside those of the projects', async () => {
    write('export default defineConfig({ environments: {} });');
    mkdirSync(join(folder, 'projects', 'empty'), { recursive: true });
    writeFileSync(join(folder, 'projects', 'empty', 'project.ts'), '');

    expect(await messageOf(loadApp(folder))).toMatch(
      /^ProjectFilesError: The files of the app have 2 mistakes; nothing was synthesized\.\n {2}projects\/empty\/project\.ts: .*\n {2}stepmill\.config\.ts:2:\d+: environments: /,
    );
  });
});

/** Of a file with this text after the import, the mistakes without what follows their rule. */
async function mistakesOf(text: string, seconds?: number): Promise<readonly string[]> {
  write(text);
  const message = await messageOf(loadConfig(folder, seconds));
  return message
    .split('\n')
    .slice(1)
    .map((line) => line.trim().replace(/^stepmill\.config\.ts/, ''));
}

describe('the line of a mistake', () => {
  it('is that of its field, also in constants, in what they spread, and in lists', async () => {
    const mistakes = await mistakesOf(`
const place = { account: '1', region: 'eu-west-1' } as const;
const prod = {
  ...place,
  aproval: true,
  notify: ['ml@example.com',
    'nobody'],
};
const environments = ({ dev: { ...place, promotesTo: 'prd' }, prod }) satisfies object;
export default defineConfig({
  environments,
  'handover': 'move',
} as never);`);

    expect(mistakes).toMatchInlineSnapshot(`
      [
        ":3:17: environments.dev.account: must be an AWS account id: 12 digits in quotes, for example '111122223333'; got "1".",
        ":3:17: environments.prod.account: must be an AWS account id: 12 digits in quotes, for example '111122223333'; got "1".",
        ":8:5: environments.prod.notify[1]: must be a mail address or an https address; got "nobody".",
        ":6:3: environments.prod.aproval: is not a field of this file; did you mean approval?",
        ":13:3: handover: must be "copy" or "share"; got "move".",
        ":10:42: environments.dev.promotesTo: must be one of the environments dev, prod; got "prd".",
      ]
    `);
  });

  it('is that of the nearest field around one that is missing, or comes from elsewhere', async () => {
    const mistakes = await mistakesOf(`
const make = () => ({ account: '1', region: 'eu-west-1' });
export default defineConfig({
  environments: {
    dev: { region: 'eu-west-1' },
    prod: make(),
    [['te', 'st'].join('')]: make(),
  },
} as never);`);

    expect(mistakes).toMatchInlineSnapshot(`
      [
        ":6:5: environments.dev.account: must be an AWS account id: 12 digits in quotes, for example '111122223333'; got nothing.",
        ":7:5: environments.prod.account: must be an AWS account id: 12 digits in quotes, for example '111122223333'; got "1".",
        ":5:3: environments.test.account: must be an AWS account id: 12 digits in quotes, for example '111122223333'; got "1".",
      ]
    `);
  });

  it('is that of the call where the whole file is the mistake', async () => {
    expect(
      await mistakesOf(`
const defined = defineConfig as (input?: unknown) => object;
export default defined();`),
    ).toMatchInlineSnapshot(`
      [
        ":4:16: the argument: must be of type object; got nothing.",
      ]
    `);
  });
});

describe('a file that is no data', () => {
  const dev = "account: '111111111111', region: 'eu-west-1'";

  it.each([
    ['a BigInt', `environments: { dev: { account: 111111111111n, region: 'eu-west-1' } }`],
    ['functions', `environments: { dev: { ${dev}, approval: () => true } }, handover() {}`],
    ['a symbol', `environments: { dev: { ${dev}, [Symbol('x')]: 1, retain: Symbol('yes') } }`],
    [
      'a getter that throws',
      `environments: { dev: { ${dev}, get retain() { throw new Error('no'); } } }`,
    ],
    ['a getter that throws nothing', `environments: { get dev() { throw undefined; } }`],
    ['a circle', `environments: { dev: { ${dev}, jobNetwork: circle } }`],
    ['a prototype', `environments: { dev: { ${dev}, __proto__: { retain: true } } }`],
    ['__proto__ as a name', `environments: { dev: { ${dev} }, ['__proto__']: { ${dev} } }`],
    ['a promise', `environments: Promise.resolve({})`],
    ['a class', `environments: new Map(), pipeline: new Date(0)`],
    ['a proxy', `environments: new Proxy({}, { ownKeys() { throw new Error('gone'); } })`],
    ['a revoked proxy', `environments: revoked.proxy`],
    ['an abyss', `environments: { dev: { ${dev}, compute: abyss } }`],
    ['an ocean', `environments: { dev: { ${dev}, notify: Array(99_999).fill('ml@example.com') } }`],
    ['numbers that are none', `environments: { dev: { ${dev}, budget: { monthlyUsd: NaN } } }`],
  ])('is named as such: %s', async (_, fields) => {
    const mistakes = await mistakesOf(`
const circle: Record<string, unknown> = {};
circle.self = circle;
let abyss: object = {};
for (let level = 0; level < 10_000; level += 1) abyss = { abyss };
const revoked = Proxy.revocable({}, {});
revoked.revoke();
export default defineConfig({ ${fields} } as never);`);

    expect(mistakes).toMatchSnapshot();
  });

  it.each([
    ['throws text', `throw 'no';`],
    ['throws nothing', `throw undefined;`],
    ['throws what has no text', `throw Object.create(null);`],
    ['throws an error without a stack', `throw Object.assign(new Error('no'), { stack: 1 });`],
    ['does not end', `for (;;);`],
    ['ends the process', `process.exit(0);`],
    ['exports a promise', `export default Promise.resolve(1);`],
    ['waits', `await Promise.resolve(1);`],
    ['imports what is not there', `import './nowhere.ts';`],
    [
      'exports two',
      `const one = () => defineConfig({ environments: ${environments} }); export const x = one(), y = one();`,
    ],
  ])('%s', async (_, text) => {
    expect(await mistakesOf(text, 0.5)).toMatchSnapshot();
  });

  it('is a folder', async () => {
    mkdirSync(join(folder, 'stepmill.config.ts'));

    expect(await messageOf(loadConfig(folder))).toMatchInlineSnapshot(`
      "ProjectFilesError: The configuration has 1 mistake; nothing was synthesized.
        stepmill.config.ts: must be a file, and is none; rename it."
    `);
  });
});

describe('mistakes that only the whole app shows', () => {
  it('are named beside those of the file, each in its line, and those of the context', async () => {
    mkdirSync(join(folder, 'code'));
    for (const script of ['preprocess.py', 'train.py', 'evaluate.py']) {
      writeFileSync(join(folder, 'code', script), '');
    }
    const training = { ...abalone.training, algorithm: undefined };
    const project = { ...abalone, name: 'snails', code: 'code', training };
    writeProject(`import { defineProject } from '../../definition/index.ts';
export default defineProject(${JSON.stringify(project)});`);
    write(`export default defineConfig({
  environments: {
    dev: {
      account: '111111111111', region: 'eu-west-1', retan: true, origins: ['http://x'],
      serving: { snails: { instanceCont: 2 }, whelks: {} },
    },
    prod: { account: '1', region: 'eu-west-1', retain: false },
  },
} as never);`);
    const app = new App({ context: { commit: 'x' }, autoSynth: false });

    expect(await messageOf(loadApp(folder, readContextSettings(app)))).toMatchInlineSnapshot(`
      "ProjectFilesError: The configuration has 7 mistakes; nothing was synthesized.
        stepmill.config.ts:5:53: environments.dev.retan: is not a field of this file; did you mean retain?
        stepmill.config.ts:8:13: environments.prod.account: must be an AWS account id: 12 digits in quotes, for example '111122223333'; got "1".
        -c commit: must be a commit id: 7 to 40 lower-case hexadecimal digits; got "x".
        stepmill.config.ts:5:66: environments.dev.origins: has an address with a path or without https; give origins such as https://ml.example.com, with commas between them.
        stepmill.config.ts:6:47: environments.dev.serving.whelks: there is no project "whelks"; the projects are snails.
        stepmill.config.ts:6:28: environments.dev.serving.snails.instanceCont: is not a project field; did you mean instanceCount?
        stepmill.config.ts:8:48: environments.prod.retain: is false, but "prod" is a production environment: deleting its stack would delete its data, models and logs. To allow that, pass -c retain=false -c destroyData=prod."
    `);
  });
});

describe('mistakes of a file that changed beside known projects', () => {
  it('are named at once, of the file and of its environments', async () => {
    const known = { projects: [abalone] };
    const context = readContextSettings(new App({ autoSynth: false }));
    write(`export default defineConfig({
  environments: {
    dev: {
      account: '1', region: 'eu-west-1', promotesTo: 'prod', encryption: 's3',
      serving: { abalone: { instanceCont: 2 } },
    },
    prod: { account: '222222222222', region: 'eu-west-1' },
  },
} as never);`);

    expect(await messageOf(loadApp(folder, context, known))).toMatchInlineSnapshot(`
      "ProjectFilesError: The configuration has 3 mistakes; nothing was synthesized.
        stepmill.config.ts:5:7: environments.dev.account: must be an AWS account id: 12 digits in quotes, for example '111122223333'; got "1".
        stepmill.config.ts:6:29: environments.dev.serving.abalone.instanceCont: is not a project field; did you mean instanceCount?
        stepmill.config.ts:5:62: environments.dev.encryption: must be kms: models go to another account, which cannot read what SageMaker writes without a key of the bucket (compute of abalone); remove it, or train on Lambda or Fargate; got "s3"."
    `);
  });
});

function writeProject(text: string): void {
  mkdirSync(join(folder, 'projects', 'snails'), { recursive: true });
  writeFileSync(join(folder, 'projects', 'snails', 'project.ts'), text);
}

function writePipeline(references: string, account: string): void {
  write(
    `export default defineConfig({ environments: { dev: { account: '${account}', region: 'eu-west-1' } }, pipeline: { account: '111111111111', region: 'eu-west-1', source: { codecommit: 'models' }, references: ${references} } });`,
  );
}

describe('reference data', () => {
  it('are of projects and of files that there are, also in a file with other mistakes', async () => {
    writeProject('export const broken: = 1;');
    writePipeline("{ snails: 'a.csv', whelks: 'b.csv' }", '1');

    const message = await messageOf(loadApp(folder));

    expect(message).toContain('The files of the app have 5 mistakes');
    for (const part of [
      'projects/snails/project.ts',
      'environments.dev.account: ',
      'pipeline.references.snails: must be a file of the repository; there is no "a.csv".',
      'pipeline.references.whelks: must be a project; the projects are snails.',
      'pipeline.references.whelks: must be a file of the repository; there is no "b.csv".',
    ]) {
      expect(message).toContain(part);
    }
  });
});
