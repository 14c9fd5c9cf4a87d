import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Where the browser of the npm package is unpacked, once for a checkout. */
const UNPACKED = resolve('.stepmill', 'browser-147.0.0');

const UNPACK = `import('@sparticuz/chromium').then(({ default: chromium }) => chromium.executablePath())`;

/** Not those of the package, which switch off what is tested here: `--disable-web-security`. */
const ARGUMENTS = ['--no-sandbox', '--no-zygote', '--disable-gpu', '--font-render-hinting=none'];

/** Starts the browser that the npm package `@sparticuz/chromium` brings; where it is none for the machine, an installed Chrome. */
export function launchBrowser(): Promise<Browser> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return chromium.launch({ channel: 'chrome' });
  const executablePath = unpack();
  return chromium.launch({
    executablePath,
    args: ARGUMENTS,
    env: {
      ...process.env,
      FONTCONFIG_FILE: writeFontSettings(),
      ...librariesFor(executablePath),
    },
  });
}

/** The package unpacks into the folder for temporary files, and its libraries only in Lambda. */
function unpack(): string {
  if (!existsSync(UNPACKED)) {
    mkdirSync(resolve('.stepmill'), { recursive: true });
    const draft = mkdtempSync(`${UNPACKED}-`);
    execFileSync(process.execPath, ['--eval', UNPACK], {
      env: { ...process.env, TMPDIR: draft, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' },
    });
    renameSync(draft, UNPACKED);
  }
  return join(UNPACKED, 'chromium');
}

/** The package's own settings look for fonts only where Lambda has them; without a font no text is shown. */
function writeFontSettings(): string {
  const file = join(UNPACKED, 'fonts.conf');
  const folders = `<dir>${join(UNPACKED, 'fonts')}</dir><cachedir>${join(UNPACKED, 'font-cache')}</cachedir>`;
  writeFileSync(file, `<?xml version="1.0"?><fontconfig>${folders}</fontconfig>\n`);
  return file;
}

/** The package's own libraries, on machines that lack them. */
function librariesFor(executablePath: string): Readonly<Record<string, string>> {
  if (spawnSync(executablePath, ['--version']).status === 0) return {};
  return { LD_LIBRARY_PATH: join(UNPACKED, 'al2023', 'lib') };
}
