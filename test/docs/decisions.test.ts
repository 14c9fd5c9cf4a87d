import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const FOLDER = 'docs/decisions';
const pages = readdirSync(FOLDER).filter((file) => file !== 'README.md');

function readPage(file: string): string {
  return readFileSync(join(FOLDER, file), 'utf8');
}

it.each(pages)('%s has the form of a decision', (file) => {
  const [title = '', ...lines] = readPage(file).split('\n');
  const sections = lines.filter((line) => line.startsWith('## '));

  expect(title).toMatch(new RegExp(`^# ${file.slice(0, 3)} [A-Z]`));
  expect(sections.slice(0, 3)).toEqual(['## Context', '## Decision', '## Consequences']);
  expect(['', '## Not chosen']).toContain(sections.slice(3).join('\n'));
});

it('lists every decision in the index', () => {
  const entries = pages.map((file) => {
    const [title = ''] = readPage(file).split('\n');
    return `- [${title.slice('# '.length)}](${file})`;
  });

  const listed = readPage('README.md')
    .split('\n')
    .filter((line) => line.startsWith('- ['));

  expect(listed).toEqual(entries.toSorted());
});
