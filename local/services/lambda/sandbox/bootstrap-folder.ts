import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PLACES = ['bootstrap', 'local/services/lambda/bootstrap'];

/** The folder of the runtimes' files: beside this service, or in the package if this is bundled. */
export function bootstrapFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  for (let folder = here; ; folder = dirname(folder)) {
    for (const place of PLACES) {
      const candidate = join(folder, place);
      if (existsSync(join(candidate, 'node.mjs'))) return candidate;
    }
    if (dirname(folder) === folder) {
      throw new Error(
        `Stepmill's function runtimes were not found above ${here}. Install it again.`,
      );
    }
  }
}
