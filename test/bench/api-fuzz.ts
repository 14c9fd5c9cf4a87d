import { spawn } from 'node:child_process';
import { abalone } from '../../projects/abalone/project.ts';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import { startApi } from '../api/api-runtime.ts';
import { personIn } from '../api/call-api.ts';

/**
 * Entry of `npm run fuzz:api`: runs schemathesis (`pip install schemathesis`) against a runtime that has
 * trained one model, with a token that has all scopes. Further arguments are schemathesis's own.
 */

/**
 * API Gateway answers an unknown method with 404, and schemathesis wants 405. What a project's columns and
 * algorithms allow is not in the document, so that a request can be valid by it and still be refused.
 */
const EXCLUDED_CHECKS = 'unsupported_method,positive_data_acceptance';
/** Tokens are valid for an hour of the runtime's clock. */
const REAL_TIME = 1;
const ROWS = 600;

const api = await startApi({ ...abalone, publicPredict: true }, REAL_TIME);
try {
  await api.slice.trained(await api.slice.upload('abalone.csv', generateAbaloneSample(1, ROWS)));
  const person = personIn('everybody', 'viewer', 'operator', 'approver');
  const { access_token: token } = await api.tokensOf(person);
  process.exitCode = await run('schemathesis', [
    ...['--config-file', 'test/bench/api-fuzz.toml'],
    'run',
    'api/openapi.json',
    ...['--url', `${api.site}/api/v1`],
    ...['--header', `Authorization: Bearer ${token}`],
    ...['--checks', 'all', '--exclude-checks', EXCLUDED_CHECKS],
    ...['--max-examples', '30', '--seed', '1'],
    ...process.argv.slice(2),
  ]);
} finally {
  await api.close();
}

function run(program: string, words: readonly string[]): Promise<number> {
  const child = spawn(program, words, { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
