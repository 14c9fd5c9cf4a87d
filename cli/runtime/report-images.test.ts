import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { App, Stack } from 'aws-cdk-lib';
import { DockerImageAsset } from 'aws-cdk-lib/aws-ecr-assets';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writtenTerminal } from '../terminal/written-terminal.testing.ts';
import { reportImages } from './report-images.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-images-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A synthesized app with an image for each Dockerfile, by its id. */
function synthesize(dockerfiles: Readonly<Record<string, string>>): string {
  const app = new App({ outdir: join(folder, 'cdk.out'), analyticsReporting: false });
  const stack = new Stack(app, 'Dev');
  const images = Object.entries(dockerfiles).map(([id, text]) => {
    const directory = join(folder, id);
    mkdirSync(directory);
    writeFileSync(join(directory, 'Dockerfile'), text);
    return new DockerImageAsset(stack, id, { directory });
  });
  expect(images).toHaveLength(Object.keys(dockerfiles).length);
  return app.synth().directory;
}

it('says of each image how it runs, and which lines keep it from running', async () => {
  const assembly = synthesize({
    Plain: 'FROM scratch\nCMD ["a"]\n',
    Tools: 'FROM scratch\nRUN apt-get install -y curl\nCMD ["a"]\n',
  });
  const terminal = writtenTerminal();

  await reportImages(assembly, 'process', terminal);

  expect(terminal.lines.map((line) => stripVTControlCharacters(line))).toEqual([
    '  Image Plain runs as processes',
    '  ! Image Tools cannot run: only a container engine can run these lines, and --containers process uses none.',
    expect.stringMatching(/^ {4}.*cdk\.out\/asset\.[0-9a-f]{64}\/Dockerfile:2: RUN apt-get: ./),
  ]);
});

it('says nothing of an app without images', async () => {
  const terminal = writtenTerminal();

  await reportImages(synthesize({}), 'auto', terminal);

  expect(terminal.lines).toEqual([]);
});
