/**
 * Sums the parts of a run of all tests into one line, "N passed, N failed", and fails if one of them failed:
 * `node test/sum-parts.mjs folder --step name --part name --apart name …`. `<name>.status` contains the exit status of each, and
 * `<name>.json` is Vitest's report of a part. What failed is named first, with its message. A missing or unreadable file counts as a failure.
 */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';

/** Characters of a failed test's message that are shown. */
const MESSAGE_LIMIT = 2000;

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    step: { type: 'string', multiple: true, default: [] },
    part: { type: 'string', multiple: true, default: [] },
    apart: { type: 'string', multiple: true, default: [] },
  },
});
const [folder = '.'] = positionals;
const sums = [...values.step.map(judgeStep), ...values.part.map(judgePart)];
let passed = 0;
let failed = 0;
for (const sum of sums) {
  passed += sum.passed;
  failed += sum.failed;
  console.log(`${sum.name}: ${sum.passed} passed, ${sum.failed} failed${sum.note}`);
}
// Tests of data that a checkout does not have add nothing to what passed; what fails counts.
for (const { name, passed: more, failed: wrong, note } of values.apart.map(judgeApart)) {
  failed += wrong;
  console.log(`${name}, counted apart: ${more} passed, ${wrong} failed${note}`);
}
// A run without tests is a failure.
if (passed === 0 && failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** A step has no tests: it succeeds or counts as one failure. */
function judgeStep(name) {
  const status = read(`${name}.status`)?.trim();
  if (status === '0') return { name, passed: 0, failed: 0, note: '' };
  return { name, passed: 0, failed: 1, note: ` (${describe(status)})` };
}

function judgePart(name) {
  const step = judgeStep(name);
  const report = readReport(name);
  if (report === undefined) return { ...step, failed: 1, note: ' (no report)' };
  // A file that could not be loaded has no failed test.
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  );
  for (const result of report.testResults) nameFailures(name, result);
  const failures = report.numFailedTests + unloaded.length;
  // An error outside of all tests shows only in the exit status.
  return {
    ...step,
    passed: report.numPassedTests,
    failed: failures === 0 ? step.failed : failures,
  };
}

/** Prints each failed test of a file, and why a file could not be loaded. */
function nameFailures(part, { name = '', status, message, assertionResults }) {
  const file = relative('', name);
  const failures = assertionResults.filter((result) => result.status === 'failed');
  for (const { fullName, failureMessages = [] } of failures)
    printFailure(`${part}: ${file} > ${fullName}`, failureMessages.join('\n'));
  if (status === 'failed' && failures.length === 0) printFailure(`${part}: ${file}`, message);
}

function printFailure(place, message) {
  console.log(`failed in ${place}\n${(message ?? '').slice(0, MESSAGE_LIMIT)}\n`);
}

/** Where the data is not there every test is skipped, and none passes. */
function judgeApart(name) {
  const step = judgeStep(name);
  return step.failed === 0 && readReport(name) === undefined ? step : judgePart(name);
}

function readReport(name) {
  try {
    const report = JSON.parse(read(`${name}.json`) ?? '');
    const { numPassedTests, numFailedTests, testResults } = report;
    const isWhole = [numPassedTests, numFailedTests].every(Number.isInteger);
    return isWhole && Array.isArray(testResults) && numPassedTests + numFailedTests > 0
      ? report
      : undefined;
  } catch {
    return undefined;
  }
}

function describe(status) {
  return status === undefined || status === '' ? 'not run' : `exit status ${status}`;
}

function read(file) {
  try {
    return readFileSync(join(folder, file), 'utf8');
  } catch {
    return undefined;
  }
}
