import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readdir, readlink, rename, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { sdkFolder } from '../../host/sdk-packages.ts';
import { removeTree } from '../../processes/index.ts';

/** Packages that AWS's Node.js runtimes include, so that bundlers exclude them from functions. */
const SCOPES = ['@aws-sdk', '@smithy'];

/**
 * Links the AWS SDK into a folder `node_modules`, where the functions beside it find it. The packages of the
 * app come first, because its other packages were built with those.
 *
 * @param newName creates a name beside `folder` that {@link CodeStore} sweeps after a kill
 */
export async function linkSdk(folder: string, newName: () => string): Promise<void> {
  const packages = findPackages([...foldersOfApp(), sdkFolder()]);
  if (await isLinked(folder, packages)) return;
  // The folder gets its name when it is complete, because a full disk or a kill may interrupt this.
  const partial = newName();
  const former = newName();
  try {
    for (const scope of SCOPES) await mkdir(join(partial, scope), { recursive: true });
    for (const [name, target] of packages) await symlink(target, join(partial, name));
    if (existsSync(folder)) await rename(folder, former);
    await rename(partial, folder);
  } finally {
    await removeTree(partial);
    await removeTree(former);
  }
}

/** The folders in which Node.js looks for the packages of the app. */
function foldersOfApp(): readonly string[] {
  const { resolve } = createRequire(join(process.cwd(), 'function.js'));
  return resolve.paths('@aws-sdk/client-s3') ?? [];
}

/** The packages of the SDK by name, each with the first folder that has it. */
function findPackages(folders: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const folder of folders) {
    for (const scope of SCOPES.filter((one) => existsSync(join(folder, one)))) {
      for (const entry of readdirSync(join(folder, scope))) {
        const name = `${scope}/${entry}`;
        if (!found.has(name)) found.set(name, join(folder, name));
      }
    }
  }
  return found;
}

async function isLinked(folder: string, packages: ReadonlyMap<string, string>): Promise<boolean> {
  if (!existsSync(folder)) return false;
  const linked = await readdir(folder).then((scopes) =>
    Promise.all(
      scopes.map(async (scope) =>
        (await readdir(join(folder, scope))).map((entry) => `${scope}/${entry}`),
      ),
    ),
  );
  const names = linked.flat();
  if (names.length !== packages.size) return false;
  const targets = await Promise.all(
    names.map((name) => readlink(join(folder, name)).catch(() => undefined)),
  );
  return names.every((name, index) => packages.get(name) === targets[index]);
}
