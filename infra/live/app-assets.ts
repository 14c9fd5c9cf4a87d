import { basename, dirname } from 'node:path';
import { App, AssetStaging, Stack } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Project } from '../../definition/index.ts';
import { addFiles, bundleHandler } from '../bundle-handler.ts';
import { packCode } from '../code-archive.ts';

/** The digests of assets in templates, by handler and by project. */
export interface AppAssets {
  /** By handler. */
  readonly handlers: ReadonlyMap<string, string>;
  /** By project: of the scripts' two archives, and the version of code and settings. */
  readonly scripts: ReadonlyMap<string, readonly string[]>;
}

export interface HandlersToPack {
  /** Of bundled handlers. */
  readonly entries: readonly string[];
  /** The files beside the bundles, by handler. */
  readonly files: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Where the assets are put. */
  readonly outdir: string;
}

/** Packs the current handlers, as stacks do. */
export function packHandlers({ entries, files, outdir }: HandlersToPack): AppAssets['handlers'] {
  const stack = new Stack(newApp(outdir), 'Handlers');
  return new Map(
    entries.map((entry) => {
      const name = basename(dirname(entry));
      const path = addFiles(bundleHandler(entry), files[name]);
      return [name, new Asset(stack, name, { path }).assetHash];
    }),
  );
}

/** Packs the current scripts of projects, as stacks do. */
export function packScriptsOf(projects: readonly Project[], outdir: string): AppAssets['scripts'] {
  const app = newApp(outdir);
  return new Map(
    projects.map((project) => [project.name, packScripts(new Stack(app, project.name), project)]),
  );
}

function newApp(outdir: string): App {
  // Otherwise the CDK returns the former digest of the folder.
  AssetStaging.clearAssetHashCache();
  return new App({ outdir, analyticsReporting: false });
}

function packScripts(stack: Stack, project: Project): readonly string[] {
  const { code, assets } = packCode(stack, project);
  return [...assets.map((asset) => asset.assetHash), code.version];
}

/** A digest in a template, and its replacement. */
export type Replacement = readonly [former: string, current: string];

/** What changes in the stacks that use the handlers. */
export function replaceHandlers(former: AppAssets, current: AppAssets): readonly Replacement[] {
  return [...current.handlers].flatMap(([name, digest]) =>
    replacementOf(former.handlers.get(name), digest),
  );
}

/** What changes in the stack of a project, beside its handlers. */
export function replaceScripts(
  project: string,
  former: AppAssets,
  current: AppAssets,
): readonly Replacement[] {
  const known = former.scripts.get(project) ?? [];
  return (current.scripts.get(project) ?? []).flatMap((digest, index) =>
    replacementOf(known[index], digest),
  );
}

function replacementOf(former: string | undefined, current: string): Replacement[] {
  return former === undefined || former === current ? [] : [[former, current]];
}
