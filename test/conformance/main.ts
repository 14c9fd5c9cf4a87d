/**
 * Compares Stepmill with what AWS answered, and prints a table:
 *
 *     npm run conformance                        the cases of this repository
 *     npm run conformance -- --localstack FOLDER   LocalStack's recordings, in a checkout of theirs
 *     npm run conformance -- --jsonata FOLDER      JSONata's own test suite, in a checkout of theirs
 *
 * docs/conformance.md names the commits that the tables there were made with.
 */
import { parseArgs } from 'node:util';
import { runJsonataSuite } from './jsonata-suite.ts';
import { runLocalStack } from './localstack.ts';
import { runOwnCases } from './own-cases.ts';
import { type JudgedCase, renderDifferences, renderTable } from './table.ts';

const { values } = parseArgs({
  options: { localstack: { type: 'string' }, jsonata: { type: 'string' } },
});

function print(cases: readonly JudgedCase[]): void {
  process.stdout.write(`${renderTable(cases)}\n\nWhat differs:\n${renderDifferences(cases)}\n`);
}

if (values.jsonata !== undefined) print(runJsonataSuite(values.jsonata));
if (values.localstack !== undefined) {
  const { cases, summary } = await runLocalStack(values.localstack);
  print(cases);
  process.stdout.write(`The tests themselves: ${summary}\n`);
}
if (values.jsonata === undefined && values.localstack === undefined) {
  const cases = runOwnCases();
  print(cases);
  if (cases.some(({ difference }) => difference !== undefined)) process.exitCode = 1;
}
