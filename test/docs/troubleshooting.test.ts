import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const FOLDERS = ['cli', 'handlers', 'infra', 'local', 'workflows'];
const sources = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8')),
).join('\n');

/** Cells that are a message and nothing else; `…` stands for what differs each time. */
const messages = readFileSync('docs/troubleshooting.md', 'utf8')
  .split('\n')
  .flatMap((line) => /^\| `([^`]+)` \|/.exec(line)?.[1] ?? []);

it('names messages', () => {
  expect(messages.length).toBeGreaterThan(10);
});

it.each(messages)('names a message that exists: %s', (message) => {
  const missing = message.split('…').filter((part) => !sources.includes(part.trim()));
  expect(missing).toEqual([]);
});
