/**
 * Builds the environments of Python programs that tests use, all in parallel, because each waits for the package
 * index most of the time. `.ci/run` runs this during its checks; a test without an environment builds its own.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { preparePythonEnvironment } from '../local/index.ts';
import { preparePythonPrograms } from './python-programs.ts';

const requirements = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('requirements.txt'))
  .map((name) => join('test', name));
await preparePythonEnvironment({ folder: '.stepmill/python' });
await Promise.all(requirements.map(preparePythonPrograms));
