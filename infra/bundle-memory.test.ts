import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { HandlerBundles, HandlerMistakes } from './bundle-handler.ts';
import { BundleMemory } from './bundle-memory.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

let folder: string;
let entry: string;

/** Writes files of an app with one handler. */
function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

beforeEach(() => {
  folder = makeTemporaryFolder('app');
  mkdirSync(join(folder, 'handlers', 'greeter'), { recursive: true });
  entry = join(folder, 'handlers', 'greeter', 'index.ts');
  write({
    'package.json': '{}',
    'package-lock.json': '{}',
    'handlers/greeter/index.ts':
      "import { text } from '../text.ts';\nexport const handler = () => text;",
    'handlers/text.ts':
      "import { unused } from './unused.ts';\nexport const other = unused;\nexport const text = 'good morning';",
    'handlers/unused.ts': 'export const unused = 1;',
  });
});

async function bundle(): Promise<void> {
  const bundles = new HandlerBundles(folder);
  await bundles.build().finally(() => bundles.end());
}

function find(options = OPTIONS): string | undefined {
  const found = new BundleMemory(folder, options).find(entry);
  return found === undefined ? undefined : Buffer.from(found.code).toString();
}

const OPTIONS = JSON.stringify({
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  mainFields: ['module', 'main'],
  minifyWhitespace: true,
  minifySyntax: true,
});

describe('The memory of bundles', () => {
  it('has the bundle that another process made, with all files that it was made of', async () => {
    await bundle();

    expect(find()).toContain('good morning');
    expect(new BundleMemory(folder, OPTIONS).find(entry)?.inputs).toEqual([
      'handlers/greeter/index.ts',
      'handlers/text.ts',
      'handlers/unused.ts',
    ]);
  });

  it.each([
    ['a source', { 'handlers/text.ts': "export const text = 'good evening';" }],
    ['a source that left nothing in the bundle', { 'handlers/unused.ts': "console.log('hello');" }],
    ['the lock file', { 'package-lock.json': '{"packages":{}}' }],
    ['the package', { 'package.json': '{"sideEffects":false}' }],
    ['the settings of the compiler', { 'tsconfig.json': '{}' }],
  ])('has none after a change of %s', async (_what, change) => {
    await bundle();

    write(change);

    expect(find()).toBeUndefined();
  });

  it('has none after a change of the options, and where a source or the lock file is missing', async () => {
    await bundle();
    expect(find('{}')).toBeUndefined();

    rmSync(join(folder, 'handlers', 'unused.ts'));
    expect(find()).toBeUndefined();

    rmSync(join(folder, 'package-lock.json'));
    rmSync(join(folder, '.stepmill'), { recursive: true });
    write({ 'handlers/unused.ts': '' });
    await bundle();
    expect(find()).toBeUndefined();
  });

  it('has none where its file was cut off or changed', async () => {
    await bundle();
    const memory = join(folder, '.stepmill', 'bundled-handlers');
    expect(readdirSync(memory)).toEqual(['greeter']);

    for (const content of [
      '',
      '{"inputs":[]}',
      `{"sources":"","code":"","inputs":[]}\nexports.a = 1;`,
    ]) {
      writeFileSync(join(memory, 'greeter'), content);
      expect(find()).toBeUndefined();
    }
  });

  it('names the mistakes of all handlers', async () => {
    mkdirSync(join(folder, 'handlers', 'other'));
    write({ 'handlers/text.ts': 'const = 1;', 'handlers/other/index.ts': 'let = ;' });

    const building = bundle();

    await expect(building).rejects.toThrow(HandlerMistakes);
    await expect(building).rejects.toThrow(
      /2 mistakes.*handlers\/(other\/index|text)\.ts:1:.*handlers\/(other\/index|text)\.ts:1:/s,
    );
  });
});
