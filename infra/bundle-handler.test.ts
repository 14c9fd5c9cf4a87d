import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { bundleHandler, HandlerBundles } from './bundle-handler.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

it('bundles a handler once a process', async () => {
  const entry = join(resolve('.'), 'handlers', 'observer', 'index.ts');
  const folder = bundleHandler(entry);
  const bundles = new HandlerBundles(resolve('.'));

  await bundles.build();
  await bundles.end();

  expect(bundleHandler(entry)).toBe(folder);
});

it('bundles into the same bytes together, alone, after a change and after the first change', async () => {
  const folder = makeTemporaryFolder('app');
  for (const name of ['one', 'two']) {
    mkdirSync(join(folder, 'handlers', name), { recursive: true });
    const entry = join(folder, 'handlers', name, 'index.ts');
    writeFileSync(entry, `import { text } from '../text.ts';\nexport const ${name} = () => text;`);
  }
  writeFileSync(join(folder, 'handlers', 'text.ts'), "export const text = 'good morning';");
  const bundles = new HandlerBundles(folder);
  const read = () =>
    readFileSync(
      join(bundleHandler(join(folder, 'handlers', 'one', 'index.ts')), 'index.js'),
      'utf8',
    );

  await bundles.build();
  const together = read();
  await bundles.build(['handlers/text.ts']);
  const changed = read();
  await bundles.warmUp();
  await bundles.build(['handlers/text.ts']);
  const again = read();
  await bundles.end();
  rmSync(join(folder, 'handlers', 'two'), { recursive: true });
  const alone = new HandlerBundles(folder);
  await alone.build();
  await alone.end();

  expect(together).toContain('good morning');
  expect([changed, again, read()]).toEqual([together, together, together]);
});

// `import { z } from 'zod'` would bring them into every function, `import * as z` does not.
it('bundles none of the languages that zod has beside English', async () => {
  const bundles = new HandlerBundles(resolve('.'));

  const entries = await bundles.build();
  await bundles.end();

  const code = entries.map((entry) => readFileSync(join(bundleHandler(entry), 'index.js'), 'utf8'));
  expect(code.length).toBeGreaterThan(5);
  expect(code.filter((text) => text.includes('Ongeldige invoer')).length).toBe(0);
  expect(code.filter((text) => text.includes('Invalid input: expected')).length).toBe(code.length);
});

// X-Ray's SDK would take longer to load than all the rest of the function.
it('bundles no tracer into the observer, which calls nothing', () => {
  const folder = bundleHandler(join(resolve('.'), 'handlers', 'observer', 'index.ts'));

  const code = readFileSync(join(folder, 'index.js'), 'utf8');
  expect(code.length).toBeLessThan(300_000);
  expect(code.includes('X-Amzn-Trace-Id')).toBe(false);
});
