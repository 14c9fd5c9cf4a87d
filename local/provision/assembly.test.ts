import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readAssembly } from './assembly.ts';
import { UnreadableAssembly } from './unreadable-assembly.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-assembly-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(manifest: string, template: string): void {
  writeFileSync(join(folder, 'manifest.json'), manifest);
  writeFileSync(join(folder, 'deep.template.json'), template);
}

const MANIFEST = JSON.stringify({
  artifacts: {
    Deep: {
      type: 'aws:cloudformation:stack',
      properties: { templateFile: 'deep.template.json' },
    },
  },
});

const nested = (depth: number) =>
  `{"Resources":${'{"Fn::Join":'.repeat(depth)}1${'}'.repeat(depth)}}`;

it('reads a template as deep as a document may be', () => {
  write(MANIFEST, nested(900));

  expect(readAssembly(folder).stacks).toHaveLength(1);
});

it.each([1_001, 100_000])('refuses %d levels, naming the file', (depth) => {
  write(MANIFEST, nested(depth));
  expect(() => readAssembly(folder)).toThrow(
    `${join(folder, 'deep.template.json')} is nested deeper than 1000 levels, so nothing was provisioned.`,
  );

  write(`${'['.repeat(depth)}${']'.repeat(depth)}`, '{}');
  expect(() => readAssembly(folder)).toThrow(
    `${join(folder, 'manifest.json')} is nested deeper than 1000 levels, so nothing was provisioned.`,
  );
});

it('refuses a device in place of a file, which could be read for ever', () => {
  write(MANIFEST, '{}');
  rmSync(join(folder, 'deep.template.json'));
  symlinkSync('/dev/zero', join(folder, 'deep.template.json'));

  expect(() => readAssembly(folder)).toThrow(
    `${join(folder, 'deep.template.json')} cannot be read, so nothing was provisioned. Run "npx cdk synth" to write it.`,
  );
});

// The manifest: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.cloud_assembly_schema.AssemblyManifest.html
const stackOf = (dependencies: readonly string[]) => ({
  type: 'aws:cloudformation:stack',
  properties: { templateFile: 'deep.template.json' },
  dependencies,
});

it.each<[unknown, string]>([
  [null, 'manifest.json is not what "npx cdk synth" writes (/: '],
  [{ artifacts: null }, 'manifest.json is not what "npx cdk synth" writes (/artifacts: '],
  [{ artifacts: { A: { type: 1 } } }, 'writes (/artifacts/A/type: '],
  [{ artifacts: { A: stackOf(['B']), B: stackOf(['A']) } }, 'The stack A depends on itself'],
  [
    { artifacts: { A: { type: 'cdk:cloud-assembly', properties: { directoryName: '.' } } } },
    'is in more than 20 nested assemblies, or in itself',
  ],
])('refuses the manifest %j', (manifest, says) => {
  write(JSON.stringify(manifest), '{"Resources":{}}');

  expect(() => readAssembly(folder)).toThrow(UnreadableAssembly);
  expect(() => readAssembly(folder)).toThrow(says);
});
