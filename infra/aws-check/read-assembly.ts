import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Template } from './template.ts';

/** A stack of an assembly, as it would be deployed. */
export interface StackTemplate {
  /** With the environment before it, where the app has several: `prod/stepmill-prod-abalone`. */
  readonly stack: string;
  readonly template: Template;
  /** Undefined where the stack is deployed to wherever the credentials are of. */
  readonly environment?: { readonly account: string; readonly region: string };
}

/** https://github.com/aws/aws-cdk/tree/main/packages/@aws-cdk/cloud-assembly-schema */
const manifestSchema = z.object({
  artifacts: z
    .record(
      z.string(),
      z.object({
        type: z.string(),
        environment: z.string().optional(),
        displayName: z.string().optional(),
        properties: z
          .object({ templateFile: z.string().optional(), directoryName: z.string().optional() })
          .default({}),
      }),
    )
    .default({}),
});

const TEMPLATE_FILE = /\.template\.json$/;

/**
 * The stacks of a synthesized app, and those of the stages within it; of a folder without a manifest, all templates.
 *
 * @throws where there is none
 */
export function readAssembly(folder: string): readonly StackTemplate[] {
  const found = existsSync(join(folder, 'manifest.json'))
    ? readManifest(folder)
    : readFiles(folder);
  if (found.length === 0) throw new Error(`${folder} has no template; nothing was checked.`);
  return found;
}

function readManifest(folder: string): StackTemplate[] {
  const { artifacts } = manifestSchema.parse(readJson(join(folder, 'manifest.json')));
  return Object.entries(artifacts).flatMap(([id, artifact]) => {
    const { type, displayName = id, properties, environment } = artifact;
    const { templateFile, directoryName } = properties;
    if (type === 'cdk:cloud-assembly' && directoryName !== undefined) {
      return readManifest(join(folder, directoryName));
    }
    if (type !== 'aws:cloudformation:stack' || templateFile === undefined) return [];
    const template = readJson(join(folder, templateFile)) as Template;
    return [{ stack: nameStack(displayName), template, ...placeOf(environment) }];
  });
}

/** `prod/stepmill-prod-abalone (stepmill-prod-abalone)`: the CDK adds the name where the id is another one. */
function nameStack(displayName: string): string {
  return displayName.replace(/ \(.*\)$/, '');
}

function placeOf(environment = ''): Pick<StackTemplate, 'environment'> {
  const [, account, region] = /^aws:\/\/(\d{12})\/([\w-]+)$/.exec(environment) ?? [];
  if (account === undefined || region === undefined || region.startsWith('unknown')) return {};
  return { environment: { account, region } };
}

function readFiles(folder: string): StackTemplate[] {
  return readdirSync(folder)
    .filter((name) => TEMPLATE_FILE.test(name))
    .map((name) => ({
      stack: name.replace(TEMPLATE_FILE, ''),
      template: readJson(join(folder, name)) as Template,
    }));
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
