import { visibleLine } from '../../local/index.ts';
import type { Connection } from '../connection/connection.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { ProjectResources } from './project-resources.ts';
import { type Uploaded, uploadFile } from './upload-file.ts';
import { uploadFolder } from './upload-folder.ts';

interface UploadDataOptions {
  /** @default the name of the file or folder */
  readonly name?: string | undefined;
  readonly terminal: Terminal;
}

/** Uploads a file, or a folder where the project's datasets are folders, and shows how far it is. */
export function uploadData(
  connection: Connection,
  project: ProjectResources,
  path: string,
  { name, terminal }: UploadDataOptions,
): Promise<Uploaded> {
  const title = `Upload ${visibleLine(path)}`;
  return terminal.during(title, (update) =>
    project.folder === undefined
      ? uploadFile(connection, project, path, name)
      : uploadFolder(connection, project, path, {
          name,
          progress: (done, all) => update(`${title}: ${done} of ${all} files`),
        }),
  );
}
