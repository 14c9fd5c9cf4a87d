import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LayerFiles } from './layer-files.ts';

let folder: string;
let files: LayerFiles;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-layers-'));
  files = new LayerFiles({ stateFolder: folder });
});
afterEach(() => rmSync(folder, { recursive: true }));

const upload = () => join(folder, 'ecr', 'uploads', 'u');
const modeOf = (path: string) => statSync(path).mode & 0o777;
const DIGEST = `sha256:${createHash('sha256').update('ab').digest('hex')}`;

it('keeps what is uploaded from other users of the machine, also as a layer', async () => {
  files.append('u', 0, Buffer.from('a'));
  files.append('u', 1, Buffer.from('b'));

  expect(modeOf(join(folder, 'ecr', 'uploads'))).toBe(0o700);
  expect(modeOf(upload())).toBe(0o600);
  expect(await files.digestOf('u')).toBe(DIGEST);

  files.complete('u', DIGEST);
  const layer = join(folder, 'ecr', 'layers', DIGEST.slice('sha256:'.length));
  expect(modeOf(join(folder, 'ecr', 'layers'))).toBe(0o700);
  expect(readFileSync(layer, 'utf8')).toBe('ab');
  expect(existsSync(upload())).toBe(false);
});

it('cuts what was written of a part that was not recorded before a crash', async () => {
  files.append('u', 0, Buffer.from('a'));
  files.append('u', 1, Buffer.from('lost'));

  files.append('u', 1, Buffer.from('b'));

  expect(await files.digestOf('u')).toBe(DIGEST);
});

it('removes an upload that is given up, and needs none', () => {
  files.append('u', 0, Buffer.from('a'));

  files.discard('u');
  files.discard('u');

  expect(existsSync(upload())).toBe(false);
});
