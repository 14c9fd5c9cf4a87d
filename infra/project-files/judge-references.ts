import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from '../../definition/index.ts';

/** What the file says of reference data, as it is written: also in a file with other mistakes. */
interface Written {
  readonly pipeline?: { readonly references?: unknown } | undefined;
}

/**
 * The mistakes in `pipeline.references` that the file cannot see alone: each names a project whose datasets are files, and a
 * file of the repository. Each mistake begins with the path of its field.
 *
 * @param names of all folders of projects, also of those that do not load
 */
export function judgeReferences(
  written: unknown,
  {
    folder,
    names,
    projects,
  }: {
    readonly folder: string;
    readonly names: readonly string[];
    readonly projects: readonly Project[];
  },
): readonly string[] {
  const references = (written as Written | undefined)?.pipeline?.references;
  if (typeof references !== 'object' || references === null) return [];
  return Object.entries(references).flatMap(([name, file]: [string, unknown]) => {
    const path = `pipeline.references.${name}`;
    const project = projects.find((each) => each.name === name);
    return [
      ...(names.includes(name)
        ? []
        : [`${path}: must be a project; the projects are ${names.join(', ')}.`]),
      ...(project?.dataset.layout === 'folder'
        ? [
            `${path}: must not be there, because datasets of ${name} are folders; name a project whose datasets are files.`,
          ]
        : []),
      ...(typeof file !== 'string' || existsSync(join(folder, file))
        ? []
        : [
            `${path}: must be a file of the repository; there is no ${JSON.stringify(file)}. Commit it, or correct its path.`,
          ]),
    ];
  });
}
