import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { buildConsole } from '../../infra/api/build-console.ts';

/** What a first visit may load before it is usable. */
const FIRST_LOAD_BYTES = 450_000;

const DIST = 'console/dist';
const HIGHEST_COMPRESSION = 9;

/** What Vite writes of each file: https://vite.dev/guide/backend-integration */
interface Built {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

beforeAll(() => buildConsole(process.cwd()));

it('loads at most 450 KB compressed before the dashboard is there', () => {
  const manifest = JSON.parse(readFileSync(join(DIST, 'assets.json'), 'utf8')) as Record<
    string,
    Built
  >;
  const keys = new Set(['index.html', 'pages/dashboard/dashboard-page.tsx']);
  for (const key of keys) for (const each of manifest[key]?.imports ?? []) keys.add(each);
  const files = new Set(
    [...keys].flatMap((key) => [manifest[key]?.file ?? '', ...(manifest[key]?.css ?? [])]),
  );

  const sizes = [...files].map(
    (file) => gzipSync(readFileSync(join(DIST, file)), { level: HIGHEST_COMPRESSION }).length,
  );

  expect(files).not.toContain('');
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(FIRST_LOAD_BYTES);
});
