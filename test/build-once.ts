import { execFileSync } from 'node:child_process';

/** Tests that start the built program run beside others, so that none of them may build. */
export function setup(): void {
  execFileSync(process.execPath, ['build.mjs'], { stdio: 'inherit' });
}
