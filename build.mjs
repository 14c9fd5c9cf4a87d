/**
 * Bundles the faces into `dist/` with esbuild: `npm ci` runs it through `prepare`, `npm start`, the
 * demonstration and `cdk synth` before they run; `npm pack` also makes what only the npm package has.
 * Packages are bundled, but for native ones and those that are installed with them.
 */
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { build } from 'esbuild';

const STAMP = 'dist/built';
const isForPackage = ['pack', 'publish'].includes(process.env.npm_command);
const kind = isForPackage ? 'package' : 'checkout';
if (isBuilt()) process.exit(0);
// A package is built from nothing, and nothing of it stays in a checkout. Otherwise chunks of former builds
// stay, for processes that still run on them.
if (isForPackage || builtKind() === 'package') rmSync('dist', { recursive: true, force: true });

/** A package has no app of its own: what it runs is the user's. */
const entryPoints = [
  'cli/main.ts',
  'engine/index.ts',
  'engine/testing/index.ts',
  'local/index.ts',
  ...(isForPackage ? [] : ['infra/main.ts', 'infra/live.ts']),
].filter((entry) => existsSync(entry));

/**
 * Code that finds files beside itself (Python programs, the Lambda bootstrap) keeps finding them in the
 * source tree: every output lies two levels below the package, so `import.meta.url` is led back from there.
 */
const sourceUrls = {
  name: 'source-urls',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta.url')) return undefined;
      const source = JSON.stringify(`../../${relative('.', path)}`);
      const contents = text.replaceAll(
        'import.meta.url',
        `new URL(${source}, import.meta.url).href`,
      );
      return { contents, loader: 'ts' };
    });
  },
};

/** Bundled CommonJS packages ask for Node's own modules by `require`. */
const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

const { dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const { metafile } = await build({
  entryPoints,
  outdir: 'dist',
  outbase: '.',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Reading thousands of small files would take longer than all the rest of a start.
  mainFields: ['module', 'main'],
  // The CDK is the app's.
  external: [
    ...Object.keys(dependencies),
    ...Object.keys(peerDependencies),
    'aws-cdk-lib',
    'cdk-nag',
    'constructs',
    'esbuild',
    // Finds the lines of mistakes, and is not loaded otherwise.
    'typescript',
    'vite',
  ],
  banner: { js: REQUIRE },
  sourcemap: true,
  // Comments stay in memory with the code: one sign outside of Latin-1 in them doubles what a bundle takes.
  minifyWhitespace: true,
  metafile: true,
  logLevel: 'warning',
  plugins: [sourceUrls],
});
if (isForPackage) {
  const { addPackageFiles } = await import('./packaging/package-files.mjs');
  await addPackageFiles(metafile);
}
const inputs = Object.keys(metafile.inputs).filter((input) => !input.includes('node_modules/'));
writeFileSync(STAMP, [kind, ...inputs].join('\n'));

/** What the last build was for; undefined where there was none. */
function builtKind() {
  return stampLines()[0];
}

/** What the last build was for, and the files that it was made of. */
function stampLines() {
  return existsSync(STAMP) ? readFileSync(STAMP, 'utf8').split('\n') : [];
}

/** Whether nothing the bundles are made of has changed since they were made; of a package that is not known. */
function isBuilt() {
  const [builtFor, ...files] = stampLines();
  if (isForPackage || builtFor !== kind) return false;
  const builtAt = statSync(STAMP).mtimeMs;
  return ['package.json', 'package-lock.json', 'build.mjs', ...files].every(
    (file) => (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) <= builtAt,
  );
}
