import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { buildImage, type Image } from './build-image.ts';
import type { BuildOptions } from './build-options.ts';

/** A folder that is removed after the test. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'recipe-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export type Files = Readonly<Record<string, string>>;

/** A build context with a Dockerfile. */
export function makeContext(dockerfile: string, files: Files = {}): string {
  const folder = makeFolder();
  for (const [path, content] of Object.entries({ Dockerfile: dockerfile, ...files })) {
    const place = join(folder, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, content);
  }
  return folder;
}

/** Builds an image of a new context. */
export function build(
  dockerfile: string,
  files: Files = {},
  options: Partial<BuildOptions> = {},
): Promise<Image> {
  return buildImage({
    context: makeContext(dockerfile, files),
    folder: makeFolder(),
    pythonFolder: process.env['STEPMILL_PYTHON_FOLDER'] ?? '.stepmill/python',
    ...options,
  });
}

const WRITE_WHEEL = `
import sys, zipfile
folder, name, version, code = sys.argv[1:]
dist = f"{name}-{version}.dist-info"
files = {
    f"{name}.py": code,
    f"{dist}/METADATA": f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n",
    f"{dist}/WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    f"{dist}/entry_points.txt": f"[console_scripts]\\n{name}-command = {name}:main\\n",
}
with zipfile.ZipFile(f"{folder}/{name}-{version}-py3-none-any.whl", "w") as archive:
    record = "".join(f"{path},,\\n" for path in files) + f"{dist}/RECORD,,\\n"
    for path, content in {**files, f"{dist}/RECORD": record}.items():
        archive.writestr(path, content)
`;

/** Writes a wheel of one module with a command `<name>-command`, so that pip needs no package index. */
export function writeWheel(folder: string, name: string, code: string, version = '1.0'): void {
  mkdirSync(folder, { recursive: true });
  execFileSync('python3', ['-c', WRITE_WHEEL, folder, name, version, code]);
}
