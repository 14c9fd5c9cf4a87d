import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of `warm_parent.py`: beside this file, or in the package if this is bundled. */
export function pythonFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  for (let folder = here; ; folder = dirname(folder)) {
    for (const candidate of [join(folder, 'python'), join(folder, 'local/jobs/python')]) {
      if (existsSync(join(candidate, 'warm_parent.py'))) return candidate;
    }
    if (dirname(folder) === folder) {
      throw new Error(`Stepmill's Python files were not found above ${here}. Install it again.`);
    }
  }
}
