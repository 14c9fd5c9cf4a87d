import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { afterAll, expect, it } from 'vitest';
import { KIT_FOLDER } from '../definition/index.ts';
import { packMonitoring } from './monitoring-archive.ts';

const outdir = mkdtempSync(join(tmpdir(), 'stepmill-monitoring-'));

afterAll(() => rmSync(outdir, { recursive: true, force: true }));

function scriptsOf(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.py'));
}

it('packs the scripts of monitoring with those of the kit, the same ones for every project', () => {
  const app = new App({ outdir });

  const first = packMonitoring(new Stack(app, 'First')).asset;
  const second = packMonitoring(new Stack(app, 'Second')).asset;

  const packed = readdirSync(join(outdir, `asset.${first.assetHash}`));
  expect(packed).toEqual(
    expect.arrayContaining([...scriptsOf('monitoring/python'), ...scriptsOf(KIT_FOLDER)]),
  );
  expect(packed).toContain('hyperparameters.json');
  expect(packed.filter((name) => !/\.(py|json)$/.test(name))).toEqual([]);
  expect(second.assetHash).toBe(first.assetHash);
});
