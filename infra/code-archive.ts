import { join } from 'node:path';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { create } from 'tar';
import type { Project } from '../definition/index.ts';
import type { ProjectCode } from '../workflows/index.ts';
import { checkScripts } from './check-scripts.ts';
import { versionCode } from './code-version.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** Files that are not scripts. */
const excluded = ['__pycache__', '*.pyc', '.DS_Store'];

export interface CodeAssets {
  readonly code: ProjectCode;
  readonly assets: readonly Asset[];
}

/**
 * A project's scripts as processing jobs (zip) and training jobs (tar.gz) read them.
 *
 * @throws ProjectError when a script that the project names is not there
 */
export function packCode(scope: Construct, project: Project, commit?: string): CodeAssets {
  const folder = join(process.cwd(), project.code);
  checkScripts(project, folder);
  const zip = new Asset(scope, 'Scripts', { path: folder, exclude: excluded });
  const archive = new Asset(scope, 'ScriptArchive', { path: createArchive(folder) });
  return {
    assets: [zip, archive],
    code: {
      zipUri: zip.s3ObjectUrl,
      zipName: zip.s3ObjectKey,
      archiveUri: archive.s3ObjectUrl,
      version: versionCode(project, zip.assetHash),
      ...(commit === undefined ? {} : { commit }),
    },
  };
}

/** The same scripts give the same bytes, so that nothing is deployed when nothing changed. */
function createArchive(folder: string): string {
  const file = join(makeTemporaryFolder('scripts'), 'scripts.tar.gz');
  create(
    {
      file,
      cwd: folder,
      gzip: { level: 9 },
      sync: true,
      portable: true,
      mtime: new Date(0),
      filter: (path) => !/__pycache__|\.pyc$|\.DS_Store/.test(path),
    },
    ['.'],
  );
  return file;
}
