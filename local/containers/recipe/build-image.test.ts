import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildImage, type Image } from './build-image.ts';
import { build, type Files, makeContext, makeFolder, writeWheel } from './context.testing.ts';

/** The files of an image with their content. */
function contentOf({ root }: Image): Files {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(root.length), readFileSync(path, 'utf8')]),
  );
}

async function copied(dockerfile: string, files: Files): Promise<Files> {
  return contentOf(await build(`FROM scratch\n${dockerfile}`, files));
}

const TREE = { 'a.txt': 'A', 'b.txt': 'B', 'lib/c.py': 'C', 'lib/sub/d.py': 'D' };

// https://docs.docker.com/reference/dockerfile/#copy
describe('COPY', () => {
  it.each<[string, Files]>([
    ['COPY a.txt /x', { '/x': 'A' }],
    ['COPY a.txt /x/', { '/x/a.txt': 'A' }],
    ['COPY a.txt b.txt x/', { '/x/a.txt': 'A', '/x/b.txt': 'B' }],
    ['COPY *.txt x/', { '/x/a.txt': 'A', '/x/b.txt': 'B' }],
    ['COPY ?.txt lib x/', { '/x/a.txt': 'A', '/x/b.txt': 'B', '/x/c.py': 'C', '/x/sub/d.py': 'D' }],
    ['COPY lib /x', { '/x/c.py': 'C', '/x/sub/d.py': 'D' }],
    ['COPY lib/*/*.py /x/', { '/x/d.py': 'D' }],
    ['COPY ../../a.txt /x', { '/x': 'A' }],
    ['COPY /a.txt /x', { '/x': 'A' }],
    ['WORKDIR /w\nCOPY a.txt .', { '/w/a.txt': 'A' }],
    ['WORKDIR /w\nCOPY lib ./', { '/w/c.py': 'C', '/w/sub/d.py': 'D' }],
    ['WORKDIR /w\nCOPY a.txt /w', { '/w/a.txt': 'A' }],
    ['COPY --exclude=sub lib /x', { '/x/c.py': 'C' }],
    ['COPY --parents lib/sub/d.py /x/', { '/x/lib/sub/d.py': 'D' }],
    ['COPY --parents lib/./sub/d.py /x/', { '/x/sub/d.py': 'D' }],
    ['COPY a.txt /x\nCOPY b.txt /x', { '/x': 'B' }],
    ['COPY lib /x\nRUN rm -rf /x/sub /y/*', { '/x/c.py': 'C' }],
    ['ARG N=lib\nCOPY $N/c.py "/x"', { '/x': 'C' }],
    ['COPY ["a.txt", "/with space/"]', { '/with space/a.txt': 'A' }],
    [
      'ENV V=1\nCOPY <<EOF <<"RAW" /x/\n$V "q"\nEOF\n$V\nRAW',
      { '/x/EOF': '1 "q"\n', '/x/RAW': '$V\n' },
    ],
    ['RUN touch /t && ln -s /x /link\nCOPY a.txt /link/', { '/t': '', '/x/a.txt': 'A' }],
  ])('%j', async (dockerfile, expected) => {
    expect(await copied(dockerfile, TREE)).toEqual(expected);
  });

  it('takes files from earlier stages by name and number', async () => {
    const image = await build(
      'FROM scratch AS one\nCOPY a.txt /one\nFROM scratch\nCOPY b.txt /two\nFROM one\nCOPY --from=one /one /by-name\nCOPY --from=1 /two /',
      TREE,
    );

    expect(contentOf(image)).toEqual({ '/one': 'A', '/by-name': 'A', '/two': 'B' });
  });

  it('leaves out what .dockerignore names, and that of the Dockerfile comes first', async () => {
    const ignored = { '.dockerignore': '*\n!lib\nlib/sub\n', ...TREE };

    expect(await copied('COPY . /', ignored)).toEqual({ '/lib/c.py': 'C' });
    expect(
      await copied('COPY lib /x', { ...ignored, 'Dockerfile.dockerignore': 'lib/c.py' }),
    ).toEqual({ '/x/sub/d.py': 'D' });
  });

  it.each([
    ['COPY nothing /x', 'line 2: nothing is not in the build context'],
    ['COPY *.nothing /x', 'line 2: no file of the build context matches *.nothing'],
    ['COPY b.txt /x', 'line 2: b.txt is not in the build context: .dockerignore leaves it out'],
    [
      'COPY a.txt lib /x',
      'line 2: several files are copied to /x, which needs a slash at its end to be a folder',
    ],
    ['COPY a.txt /x\nCOPY lib /x', 'line 3: '],
    ['COPY --chmod=999 a.txt /x', 'line 2: "999" is not a mode'],
    ['FROM scratch\nCOPY --from=0 /nothing /x', 'line 3: nothing is not in stage 0'],
  ])('fails for %j and leaves nothing', async (line, message) => {
    const folder = makeFolder();

    const failed = build(
      `FROM scratch\n${line}`,
      { ...TREE, '.dockerignore': 'b.txt' },
      { folder },
    );

    await expect(failed).rejects.toThrow(`Dockerfile ${message}`);
    expect(readdirSync(join(folder, 'images')).filter((name) => !name.endsWith('.lock'))).toEqual(
      [],
    );
  });

  it('sets modes', async () => {
    const { root } = await build(
      'FROM scratch\nCOPY --chmod=0750 a.txt /x\nCOPY lib /y\nRUN chmod -R u+x,go-r /y',
      TREE,
    );
    const mode = (path: string) => (statSync(join(root, path)).mode & 0o777).toString(8);

    expect(mode('x')).toBe('750');
    expect(mode('y/sub/d.py')).toBe('700');
  });

  it('writes nothing outside of the image through links', async () => {
    const outside = makeFolder();
    const context = makeContext(
      `FROM scratch\nRUN ln -s ${outside} /out && ln -s ../../../../..${outside} /up\nCOPY a.txt /out/\nCOPY a.txt /up/\nCOPY link /x/`,
      TREE,
    );
    symlinkSync('/etc/passwd', join(context, 'link'));

    const image = buildImage({ context, folder: makeFolder(), pythonFolder: '' });

    // A link in the context leads nowhere in it.
    await expect(image).rejects.toThrow('Dockerfile line 5: link is not in the build context');
    expect(readdirSync(outside)).toEqual([]);
  });

  it('keeps links as links', async () => {
    const context = makeContext('FROM scratch\nCOPY . /x/', TREE);
    symlinkSync('a.txt', join(context, 'link'));
    const { root } = await buildImage({ context, folder: makeFolder(), pythonFolder: '' });

    expect(readlinkSync(join(root, 'x/link'))).toBe('a.txt');
  });
});

describe('an image', () => {
  it('is found again while nothing has changed, and built again after a change', async () => {
    const context = makeContext('FROM scratch\nCOPY . /', { ...TREE, '.dockerignore': 'b.txt' });
    const options = { context, folder: makeFolder(), pythonFolder: '' };
    const first = await buildImage(options);
    writeFileSync(join(context, 'b.txt'), 'ignored');
    const again = await buildImage(options);
    writeFileSync(join(context, 'a.txt'), 'changed');
    const changed = await buildImage(options);
    const withArgument = await buildImage({ ...options, buildArguments: { A: '1' } });

    expect(again).toEqual(first);
    expect(changed.digest).not.toBe(first.digest);
    expect(withArgument.digest).not.toBe(changed.digest);
    expect(first.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('needs a Dockerfile', async () => {
    const missing = build('FROM scratch', {}, { dockerfile: 'other/Dockerfile' });

    await expect(missing).rejects.toThrow(/other\/Dockerfile does not exist, so there is no image/);
  });

  it.each(['../Dockerfile', '/etc/passwd', 'a/../../Dockerfile'])(
    'reads no Dockerfile at %s',
    async (dockerfile) => {
      const outside = build('FROM scratch', {}, { dockerfile });

      await expect(outside).rejects.toThrow(/is not in the build context/);
    },
  );
});

const OFFLINE = 'ENV PIP_NO_INDEX=1';

describe('pip install', () => {
  it('reads requirement files, wildcards and folders with wheels', async () => {
    const context = makeContext(
      `FROM python:3.12-slim AS build\n${OFFLINE}\nCOPY wheels /wheels\nCOPY requirements.txt .\nRUN python -m venv /opt/venv && /opt/venv/bin/pip install /wheels/one*.whl && /opt/venv/bin/pip install -r requirements.txt /wheels/two-1.0-py3-none-any.whl\nFROM python:3.12-slim\nCOPY --from=build /opt/venv /opt/venv\nCMD ["/opt/venv/bin/two-command"]`,
      { 'requirements.txt': '# none\n-r more.txt\n', 'more.txt': '' },
    );
    for (const name of ['one', 'two']) writeWheel(join(context, 'wheels'), name, '');
    const options = { context, folder: makeFolder(), pythonFolder: '' };

    await expect(buildImage(options)).rejects.toThrow(
      'Dockerfile line 5: /more.txt does not exist in the image. COPY it before pip reads it',
    );
    writeFileSync(join(context, 'requirements.txt'), '# none\none==1.0 # as above\n');
    const image = await buildImage(options);

    expect(existsSync(join(image.environment ?? '', 'bin/one-command'))).toBe(true);
    expect(readlinkSync(join(image.root, 'opt/venv/bin'))).toBe(
      join(image.environment ?? '', 'bin'),
    );
  });

  it('installs wheels of the context, and again nothing', async () => {
    const folder = makeFolder();
    const context = makeContext(
      `FROM python:3.12-slim\n${OFFLINE}\nCOPY wheels /wheels\nRUN pip install /wheels/one-1.0-py3-none-any.whl\nCMD ["one-command"]`,
    );
    writeWheel(join(context, 'wheels'), 'one', 'def main():\n    print("one")\n');
    const messages: string[] = [];
    const options = {
      context,
      folder,
      pythonFolder: '',
      onProgress: (message: string) => messages.push(message),
    };
    const image = await buildImage(options);
    const built = messages.splice(0);
    writeFileSync(join(context, 'other.txt'), 'changes the image, but not its packages');
    const changed = await buildImage(options);

    expect(existsSync(join(image.environment ?? '', 'bin/one-command'))).toBe(true);
    expect(lstatSync(join(image.root, 'usr/local/bin')).isSymbolicLink()).toBe(true);
    expect(built).toHaveLength(2);
    expect(messages).toEqual([]);
    expect(changed.environment).toBe(image.environment);
  });

  it('asks for the machine’s Python once, until another one is on PATH', async () => {
    const folder = makeFolder();
    const context = makeContext('FROM python:3.12-slim');
    const options = { context, folder, pythonFolder: '' };
    const image = await buildImage(options);
    const memory = join(folder, 'python-3.12.json');
    const record = JSON.parse(readFileSync(memory, 'utf8'));
    writeFileSync(
      memory,
      JSON.stringify({ ...record, found: { ...record.found, version: '3.12.99' } }),
    );
    const remembered = await buildImage(options);
    writeFileSync(memory, JSON.stringify({ ...record, place: 'another PATH' }));
    const asked = await buildImage(options);

    expect(remembered.digest).not.toBe(image.digest);
    expect(asked).toEqual(image);
  });

  it('says what pip said, and keeps nothing half-installed', async () => {
    const folder = makeFolder();
    const context = makeContext(
      `FROM python:3.12-slim\n${OFFLINE}\nCOPY wheels /wheels\nRUN pip install /wheels/one-1.0-py3-none-any.whl\nRUN pip install missing-package==9.9`,
    );
    writeWheel(join(context, 'wheels'), 'one', '');

    const failed = buildImage({ context, folder, pythonFolder: '' });

    await expect(failed).rejects.toThrow(
      /^Dockerfile line 5: pip did not install the packages[\s\S]*No matching distribution found for missing-package==9\.9/,
    );
    const left = readdirSync(join(folder, 'environments')).filter(
      (name) => !name.endsWith('.lock') && name !== 'pip-cache',
    );
    expect(left).toEqual([]);
    expect(readdirSync(join(folder, 'images')).filter((name) => !name.endsWith('.lock'))).toEqual(
      [],
    );
  });
});
