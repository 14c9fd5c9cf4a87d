import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const IMPORT = /(\b(?:from|import)\b[\s(]*['"])(\.[^'"]+)\.ts(['"])/g;

/**
 * Writes the declarations of `faces` (`engine/index.ts`) and of what they name, and nothing else: the rest
 * would ask for the types of packages that are bundled.
 *
 * @param folder where they go, with the paths of the sources
 */
export function writeTypes(faces, folder) {
  const all = mkdtempSync(join(tmpdir(), 'stepmill-types-'));
  try {
    const compiler = join('node_modules', 'typescript', 'bin', 'tsc');
    const project = join(all, 'tsconfig.json');
    writeFileSync(project, JSON.stringify(declarationsOf(faces, all)));
    execFileSync(process.execPath, [compiler, '--project', project], { stdio: 'inherit' });
    for (const [file, text] of reachedFrom(faces, all)) {
      const target = join(folder, file);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
    }
  } finally {
    rmSync(all, { recursive: true, force: true });
  }
}

/** `npm run check:lint` judges the sources; here only declarations are wanted. */
function declarationsOf(faces, outDir) {
  return {
    extends: resolve('tsconfig.json'),
    compilerOptions: {
      noCheck: true,
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      incremental: false,
      tsBuildInfoFile: null,
      rootDir: resolve('.'),
      typeRoots: [resolve('node_modules/@types')],
      outDir,
    },
    include: [],
    files: faces.map((face) => resolve(face)),
  };
}

/** Declarations by their path; they name each other as the JavaScript files, which every resolution of TypeScript knows. */
function reachedFrom(faces, folder) {
  const reached = new Map();
  const visit = (source) => {
    const file = source.replace(/\.ts$/, '.d.ts');
    if (reached.has(file)) return;
    const text = readFileSync(join(folder, file), 'utf8');
    reached.set(file, text.replaceAll(IMPORT, '$1$2.js$3'));
    for (const [, , path] of text.matchAll(IMPORT)) visit(join(dirname(source), `${path}.ts`));
  };
  for (const face of faces) visit(face);
  return reached;
}
