import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { preparePythonPrograms } from '../python-programs.ts';
import { removeFolder } from '../remove-folder.ts';

interface Cell {
  readonly cell_type: string;
  readonly outputs?: readonly {
    readonly output_type: string;
    readonly data?: Readonly<Record<string, unknown>>;
  }[];
}

/**
 * Executes the exploration of the Titanic as Jupyter does, in a kernel of its own.
 *
 * @param data the CSV file that it reads
 * @returns its cells with what they gave
 */
export async function executeExploration(data: string): Promise<readonly Cell[]> {
  const programs = await preparePythonPrograms(resolve('test/notebook/requirements.txt'));
  const folder = await mkdtemp(join(tmpdir(), 'stepmill-notebook-'));
  try {
    const output = join(folder, 'executed.ipynb');
    await promisify(execFile)(
      join(programs, 'jupyter-execute'),
      ['--output', output, resolve('projects/titanic/exploration.ipynb')],
      {
        env: {
          ...process.env,
          TITANIC_CSV: data,
          IPYTHONDIR: folder,
          JUPYTER_PLATFORM_DIRS: '1',
          JUPYTER_RUNTIME_DIR: folder,
          MPLCONFIGDIR: folder,
          PATH: `${programs}:${process.env['PATH'] ?? ''}`,
        },
      },
    );
    return (JSON.parse(await readFile(output, 'utf8')) as { cells: readonly Cell[] }).cells;
  } finally {
    await removeFolder(folder);
  }
}

/** How many pictures the cells drew. */
export function countPictures(cells: readonly Cell[]): number {
  const outputs = cells.flatMap((cell) => cell.outputs ?? []);
  return outputs.filter(({ data }) => data?.['image/png'] !== undefined).length;
}
