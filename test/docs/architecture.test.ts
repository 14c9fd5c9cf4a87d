import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ARCHITECTURE_PAGE, drawPicture, readBoundaries, redrawPage } from './architecture.ts';

const page = readFileSync(ARCHITECTURE_PAGE, 'utf8');
const boundaries = await readBoundaries();

/** What the page sets in code letters that begins with a folder of the repository. */
function namedPaths(text: string): readonly string[] {
  const folders = [...Object.keys(boundaries), 'docs', 'test'].join('|');
  const path = new RegExp(`\`((?:${folders})/[\\w./-]*)\``, 'g');
  return [...text.matchAll(path)].map(([, found = '']) => found);
}

it('shows the boundary rules as they are (else run `npm run docs:architecture`)', () => {
  expect(page).toBe(redrawPage(page, boundaries));
});

it('draws another picture where a rule is another', () => {
  const changed = drawPicture({ ...boundaries, events: ['engine'] });

  expect(changed).toContain('events --> engine');
  expect(changed).not.toBe(drawPicture(boundaries));
});

it('names only files and folders that exist', () => {
  const paths = namedPaths(page);

  expect(paths.length).toBeGreaterThan(40);
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
});

it('has a paragraph for every part', () => {
  const parts = [...page.matchAll(/^\*\*`(\w+)\/`\*\*/gm)].map(([, part]) => part);

  expect(parts.toSorted()).toEqual(Object.keys(boundaries).toSorted());
});
