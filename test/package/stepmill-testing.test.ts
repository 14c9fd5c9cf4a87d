import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Consumer, installPackages, lend, prepareNodePrograms, sizeOf } from './packages.ts';

const LARGEST_BYTES = 5_000_000;

let consumer: Consumer;

beforeAll(async () => {
  consumer = await installPackages('stepmill-testing');
  await lend(consumer, 'typescript', 'vitest');
});

afterAll(() => consumer.remove());

const DEFINITION = JSON.stringify({
  StartAt: 'Charge',
  States: {
    Charge: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: 'charge' },
      End: true,
    },
  },
});

/** Uses the engine and its test tools, however they are imported. */
const USE = `
const { machine } = parse(${JSON.stringify(DEFINITION)});
const execution = execute(machine, {}, { tasks: { Charge: { receipt: 'r-1' } } });
`;

const PRINT = `${USE}console.log(JSON.stringify([execution.status, execution.output]));`;
const PRINTED = '["SUCCEEDED",{"receipt":"r-1"}]\n';

it('is small and has no dependencies', async () => {
  const { dependencies, peerDependencies, optionalDependencies } = JSON.parse(
    await readFile(join(consumer.folder, 'node_modules/stepmill-testing/package.json'), 'utf8'),
  );

  expect([dependencies, peerDependencies, optionalDependencies]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(await sizeOf(join(consumer.folder, 'node_modules/stepmill-testing'))).toBeLessThan(
    LARGEST_BYTES,
  );
});

it('has the version of stepmill', async () => {
  const { version } = JSON.parse(await readFile('package.json', 'utf8'));

  expect(
    JSON.parse(await readFile('packaging/stepmill-testing/package.json', 'utf8')).version,
  ).toBe(version);
});

describe('in Node.js', () => {
  it('is required', async () => {
    await consumer.write(
      'use.cjs',
      `const { execute, parse } = require('stepmill-testing');${PRINT}`,
    );

    expect(await consumer.node('use.cjs')).toBe(PRINTED);
  });

  it('is imported', async () => {
    await consumer.write('use.mjs', `import { execute, parse } from 'stepmill-testing';${PRINT}`);

    expect(await consumer.node('use.mjs')).toBe(PRINTED);
  });

  it('is one engine for a program that imports and requires it', async () => {
    await consumer.write(
      'both.mjs',
      `import { createRequire } from 'node:module';
       import { StatesError } from 'stepmill-testing';
       console.log(createRequire(import.meta.url)('stepmill-testing').StatesError === StatesError);`,
    );

    expect(await consumer.node('both.mjs')).toBe('true\n');
  });
});

describe('in tests', () => {
  const test = `
expect.extend(matchers);
test('an order is charged', () => {${USE}
  expect(execution).toHaveSucceeded({ receipt: 'r-1' });
});
test('a failure is noticed', () => {${USE}
  expect(() => expect(execution).toHaveFailedWith('Broken')).toThrow('to have failed');
});`;

  it('works with jest without configuration', async () => {
    const jest = join(await prepareNodePrograms('test/package/consumer'), 'jest', 'bin', 'jest.js');
    await consumer.write(
      'order.test.js',
      `const { execute, matchers, parse } = require('stepmill-testing');${test}`,
    );

    expect(await consumer.node(jest, '--rootDir', consumer.folder)).toContain('2 passed, 2 total');
  });

  it('works with vitest without configuration', async () => {
    await consumer.write(
      'order.spec.mjs',
      `import { expect, test } from 'vitest';
       import { execute, matchers, parse } from 'stepmill-testing';${test}`,
    );

    const printed = await consumer.node(
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=json',
      'order.spec.mjs',
    );

    expect(printed).toContain('"numPassedTests":2');
  });
});

describe('in TypeScript', () => {
  const source = `import { execute, parse, type Machine, type TestExecution } from 'stepmill-testing';
const machine: Machine | undefined = parse('{}').machine;
if (machine !== undefined) {
  const execution: TestExecution = execute(machine, {}, { tasks: {} });
  // @ts-expect-error: it has types and is not any
  const status: 'UNKNOWN' = execution.status;
  void status;
}
`;

  it.each([
    ['node10', 'commonjs', 'use.ts'],
    ['node16', 'node16', 'use.cts'],
    ['node16', 'node16', 'use.mts'],
    ['nodenext', 'nodenext', 'use.cts'],
    ['nodenext', 'nodenext', 'use.mts'],
    ['bundler', 'esnext', 'use.ts'],
  ])('has types for %s (module %s, %s)', async (moduleResolution, module, file) => {
    await consumer.write(file, source);
    const compilerOptions = { strict: true, noEmit: true, target: 'es2022', types: [] };
    await consumer.write(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: {
          ...compilerOptions,
          lib: ['es2022'],
          module,
          moduleResolution,
          // TypeScript 6 still supports it, but requires this option.
          ...(moduleResolution === 'node10' && { ignoreDeprecations: '6.0' }),
        },
        files: [file],
      }),
    );

    expect(await consumer.node('node_modules/typescript/bin/tsc')).toBe('');
  });
});

/** The declarations that the examples of the engine's README omit. */
const given = `
import type { Machine, Json } from 'stepmill-testing';
declare const definition: string;
declare const machine: Machine;
declare const order: Json;
declare function charge(args: Json): Promise<Json>;
`;

describe('the README', () => {
  it('has examples that compile', async () => {
    await lend(consumer, '@types/node');
    const files = await Promise.all((await readExamples()).map(writeExample));
    await consumer.write(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: {
          strict: true,
          noEmit: true,
          // Vitest's own declarations import packages that this project does not have.
          skipLibCheck: true,
          target: 'es2023',
          module: 'nodenext',
          types: ['node'],
        },
        files,
      }),
    );

    expect(files.length).toBeGreaterThan(3);
    expect(await consumer.node('node_modules/typescript/bin/tsc')).toBe('');
  });

  it('has an example host that runs a definition with setTimeout only', async () => {
    const host = (await readExamples()).find((code) => code.includes('const host: Host'));
    const definition = {
      StartAt: 'Charge',
      States: {
        Charge: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke',
          Parameters: { FunctionName: 'charge', 'Payload.$': '$' },
          Next: 'Rest',
        },
        Rest: { Type: 'Wait', Seconds: 0, End: true },
      },
    };
    const prelude = `const definition = ${JSON.stringify(JSON.stringify(definition))};
      const charge = (order) => new Promise((resolve) => setTimeout(resolve, 20, order));\n`;
    const { transform } = await import('esbuild');
    const { code } = await transform(`${prelude}${host ?? ''}`, { loader: 'ts' });
    await consumer.write('host.mjs', code);

    expect(await consumer.node('host.mjs')).toBe('SUCCEEDED\n');
  });
});

async function readExamples(): Promise<readonly string[]> {
  const text = await readFile('engine/README.md', 'utf8');
  return [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);
}

/** Writes each example to its own file, with the declarations that it does not contain. */
async function writeExample(code: string, index: number): Promise<string> {
  const declared = given
    .split('\n')
    .filter((line) => !/declare const (\w+)/.test(line) || !code.includes(`{ ${nameIn(line)}`));
  const file = `example-${index}.mts`;
  await consumer.write(file, `${declared.join('\n')}\n${code}`);
  return file;
}

function nameIn(line: string): string {
  return /declare const (\w+)/.exec(line)?.[1] ?? '';
}
