import { execFileSync } from 'node:child_process';

/** Builds once before all tests, because tests that start the built program run in parallel. */
export function setup(): void {
  execFileSync(process.execPath, ['build.mjs'], { stdio: 'inherit' });
}
