import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ARCHITECTURE_PAGE, drawPicture, readBoundaries, redrawPage } from './architecture.ts';

const page = readFileSync(ARCHITECTURE_PAGE, 'utf8');
const boundaries = await readBoundaries();

/** The paths on the page, in code font, that start with a folder of the repository. */
function namedPaths(text: string): readonly string[] {
  const folders = [...Object.keys(boundaries.mayImport), 'docs', 'test'].join('|');
  const path = new RegExp(`\`((?:${folders})/[\\w./-]*)\``, 'g');
  return [...text.matchAll(path)].map(([, found = '']) => found);
}

it('shows the current boundary rules (if not, run `npm run docs:architecture`)', () => {
  expect(page).toBe(redrawPage(page, boundaries));
});

it('draws another picture for other rules', () => {
  const { mayImport, roomsOfLocal } = boundaries;

  const changed = drawPicture({
    mayImport: { ...mayImport, events: ['engine'] },
    roomsOfLocal: { ...roomsOfLocal, host: ['store'] },
  });

  expect(changed).toContain('events --> engine');
  expect(changed).toContain('local.host --> local.store');
  expect(changed).not.toBe(drawPicture(boundaries));
});

it('names only files and folders that exist', () => {
  const paths = namedPaths(page);

  expect(paths.length).toBeGreaterThan(40);
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
});

it('has a paragraph for every part and room', () => {
  const described = [...page.matchAll(/^\*\*`([\w/-]+)\/`\*\*/gm)].map(([, part]) => part);
  const { mayImport, roomsOfLocal } = boundaries;
  const rooms = Object.keys(roomsOfLocal).map((room) => `local/${room}`);

  expect(new Set(described)).toEqual(new Set([...Object.keys(mayImport), ...rooms]));
});
