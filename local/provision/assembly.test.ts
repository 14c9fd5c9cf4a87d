import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readAssembly } from './assembly.ts';

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
