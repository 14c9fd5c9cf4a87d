import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** Which files import which, by paths from the root of the repository. */
export type Importers = ReadonlyMap<string, readonly string[]>;

export function readImporters(files: readonly string[]): Importers {
  const importers = new Map<string, string[]>();
  for (const file of files) {
    for (const { fileName } of ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles) {
      if (!fileName.startsWith('.')) continue;
      const imported = join(dirname(file), fileName);
      const known = importers.get(imported);
      if (known === undefined) importers.set(imported, [file]);
      else known.push(file);
    }
  }
  return importers;
}

/**
 * The unit tests that can notice a change of a file, the nearest first: those of its own area that import it, directly or
 * through others; those from anywhere, where its area has none.
 */
export function nearTests(file: string, importers: Importers): readonly string[] {
  const all = testsThatReach(file, importers);
  const near = all.filter((test) => isNear(test, file, importers));
  return near.length === 0 ? all : near;
}

/** The other unit tests that can notice a change of a file. */
export function farTests(file: string, importers: Importers): readonly string[] {
  const near = new Set(nearTests(file, importers));
  return testsThatReach(file, importers).filter((test) => !near.has(test));
}

/** They compare all services, such as their quotas with those that AWS documents. */
const TEST_OF_ALL_SERVICES = /^local\/services\/[^/]+$/;

/** Tests of workflows run the synthesized state machines, in `infra/`; services are put together beside them. */
function isNear(test: string, file: string, importers: Importers): boolean {
  const [part = '', room = '', service = ''] = file.split('/');
  if (part === 'workflows') return test.startsWith('workflows/') || test.startsWith('infra/');
  if (part !== 'local') return test.startsWith(`${part}/`);
  if (room !== 'services') return test.startsWith(`local/${room}/`);
  const folder = `local/services/${service}/`;
  return (
    test.startsWith(folder) ||
    TEST_OF_ALL_SERVICES.test(test) ||
    (test.startsWith('local/between-services/') &&
      importers.get(`${folder}index.ts`)?.includes(test) === true)
  );
}

function testsThatReach(file: string, importers: Importers): readonly string[] {
  const reached = new Set([file]);
  for (const each of reached)
    for (const importer of importers.get(each) ?? []) reached.add(importer);
  return [...reached].filter(
    (each) =>
      each.endsWith('.test.ts') && !each.endsWith('.recorded.test.ts') && !each.startsWith('test/'),
  );
}
