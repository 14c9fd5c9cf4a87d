import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The program that becomes a container's process: beside this file, or in the package if this is bundled. */
export function containerProgram(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  for (let folder = here; ; folder = dirname(folder)) {
    for (const candidate of ['python', 'local/containers/recipe/python']) {
      const path = join(folder, candidate, 'enter_container.py');
      if (existsSync(path)) return path;
    }
    if (dirname(folder) === folder) {
      throw new Error(`Stepmill's Python files were not found above ${here}. Install it again.`);
    }
  }
}
