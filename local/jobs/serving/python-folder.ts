import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of `stepmill_serving`: beside this file, or in the package if this is bundled. */
export function servingPythonFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  for (let folder = here; ; folder = dirname(folder)) {
    for (const candidate of [join(folder, 'python'), join(folder, 'local/jobs/serving/python')]) {
      if (existsSync(join(candidate, 'stepmill_serving'))) return candidate;
    }
    if (dirname(folder) === folder) {
      throw new Error(
        `The Python model server was not found above ${here}. Install stepmill again.`,
      );
    }
  }
}

/**
 * An environment in which scripts find the libraries of SageMaker's framework images, after what they
 * bring themselves.
 */
export function withImageLibraries(
  environment: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const own = environment['PYTHONPATH'];
  const libraries = servingPythonFolder();
  return {
    ...environment,
    PYTHONPATH: own === undefined || own === '' ? libraries : `${own}:${libraries}`,
  };
}
