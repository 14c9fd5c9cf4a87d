import { afterAll, beforeAll, vi } from 'vitest';

/** Hides the Python environment: a runtime would import its libraries at each start, which takes a second, for jobs that a file does not run. */
export function hidePython(): void {
  beforeAll(() => void vi.stubEnv('STEPMILL_PYTHON_FOLDER', undefined));
  afterAll(() => void vi.unstubAllEnvs());
}
