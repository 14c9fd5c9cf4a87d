import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { KIT_FOLDER } from '../definition/index.ts';
import type { ProjectCode } from '../workflows/index.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

const MONITORING_FOLDER = 'monitoring/python';

export interface MonitoringAsset {
  readonly code: Pick<ProjectCode, 'zipUri' | 'zipName'>;
  readonly asset: Asset;
}

/**
 * Packs the scripts of `monitoring/` with those of the kit, which they import, for processing jobs (zip). Projects with
 * scripts of their own are monitored by the same archive.
 */
export function packMonitoring(scope: Construct): MonitoringAsset {
  const asset = new Asset(scope, 'MonitoringScripts', { path: mergeScripts() });
  return { asset, code: { zipUri: asset.s3ObjectUrl, zipName: asset.s3ObjectKey } };
}

function mergeScripts(): string {
  const target = makeTemporaryFolder('monitoring');
  for (const folder of [KIT_FOLDER, MONITORING_FOLDER]) {
    for (const name of listScripts(join(process.cwd(), folder))) {
      // A module of one name would hide the other.
      cpSync(join(process.cwd(), folder, name), join(target, name), {
        errorOnExist: true,
        force: false,
      });
    }
  }
  return target;
}

function listScripts(folder: string): string[] {
  return readdirSync(folder).filter((name) => /\.(py|json)$/.test(name));
}
