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

/** Archives of this process, by folder and digest of its contents: projects of the kit share their scripts. */
const archives = new Map<string, string>();

export interface CodeAssets {
  readonly code: ProjectCode;
  readonly assets: readonly Asset[];
}

/**
 * Packs a project's scripts for processing jobs (zip) and for training jobs (tar.gz).
 *
 * @throws ProjectError when a script that the project names is not there
 */
export function packCode(scope: Construct, project: Project, commit?: string): CodeAssets {
  const folder = join(process.cwd(), project.code);
  checkScripts(project, folder);
  const zip = new Asset(scope, 'Scripts', { path: folder, exclude: excluded });
  const archive = new Asset(scope, 'ScriptArchive', { path: archiveOf(folder, zip.assetHash) });
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

function archiveOf(folder: string, digest: string): string {
  const key = `${digest} ${folder}`;
  const archive = archives.get(key) ?? createArchive(folder);
  archives.set(key, archive);
  return archive;
}

/** The same scripts have the same bytes, so that nothing is deployed when nothing changed. */
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
