import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PortInUse } from '../gateway/index.ts';
import { checkStart } from '../runtime.ts';
import { makeStateFolder, StateFolderUnusable } from './state-folder.ts';
import { lockStateFolder, StateFolderInUse } from './state-lock.ts';

let parent: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'stepmill-folder-'));
});

afterEach(() => rmSync(parent, { recursive: true, force: true }));

describe('a state folder', () => {
  it('is made with the folders above it, and empty', () => {
    const folder = join(parent, 'a', 'b');

    makeStateFolder(folder);
    makeStateFolder(folder);

    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['below a file', 'file/state'],
    ['that is a file', 'file'],
  ])('%s is refused at once', (_, name) => {
    writeFileSync(join(parent, 'file'), '');

    const make = () => makeStateFolder(join(parent, name));

    expect(make).toThrow(StateFolderUnusable);
    expect(make).toThrow(
      /cannot be created or written \(.*\)\. The runtime was not started\. Choose another folder/,
    );
  });

  it.skipIf(!existsSync('/proc/self'))('that the system does not make is refused at once', () => {
    expect(() => makeStateFolder('/proc/stepmill/state')).toThrow(
      /^The state folder \/proc\/stepmill\/state cannot be created .*ENOENT/,
    );
  });

  it('on a disk that is nearly full is refused with what there is and what it takes', () => {
    const needed = 32 * 1024 * 1024;

    const make = () => makeStateFolder(parent, () => needed - 1);

    expect(make).toThrow(StateFolderUnusable);
    expect(make).toThrow(
      /has 31\.9 MiB free, and a runtime needs 32 MiB to start\. The runtime was not started\. Free some space/,
    );
    expect(() => makeStateFolder(parent, () => needed)).not.toThrow();
  });
});

describe('the check before a start', () => {
  it('finds a port that is taken', async () => {
    const other = createServer();
    await new Promise<void>((listening) => {
      other.listen(0, '127.0.0.1', listening);
    });
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;

    await expect(checkStart({ ephemeral: true, port })).rejects.toThrow(PortInUse);

    await new Promise((closed) => {
      other.close(closed);
    });
    await expect(checkStart({ ephemeral: true, port })).resolves.toBeUndefined();
  });

  it('refuses an assembly that cannot be read, before anything is prepared', async () => {
    await expect(
      checkStart({ ephemeral: true, port: 0, assembly: join(parent, 'no-assembly') }),
    ).rejects.toThrow(/no-assembly\/manifest\.json/);
  });

  it('finds a folder that is in use, and takes none', async () => {
    const stateFolder = join(parent, 'state');
    const check = () => checkStart({ stateFolder, port: 0 });
    await check();

    const lock = lockStateFolder(stateFolder);

    await expect(check()).rejects.toThrow(StateFolderInUse);
    lock.release();
  });

  it('finds a folder that cannot be made', async () => {
    writeFileSync(join(parent, 'file'), '');

    const check = checkStart({ stateFolder: join(parent, 'file', 'state'), port: 0 });

    await expect(check).rejects.toThrow(StateFolderUnusable);
  });
});
