import { SaxesParser } from 'saxes';

/** The status of a test case, in CodeBuild's words. */
export type TestStatus = 'ERROR' | 'FAILED' | 'SKIPPED' | 'SUCCEEDED';

export interface TestResult {
  readonly suite: string;
  readonly prefix: string;
  readonly name: string;
  readonly status: TestStatus;
  readonly durationNanoseconds: number;
  readonly message: string;
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/limits.html: test cases of a report. */
export const MAX_TEST_CASES = 500;
const MAX_MESSAGE_CHARACTERS = 4_096;
/** More than any name has; one long name of a suite is that of all its cases. */
const MAX_NAME_CHARACTERS = 1_024;
const NANOSECONDS = 1_000_000_000;

/** A file that is not JUnit XML. */
export class ReportUnreadable extends Error {
  override readonly name = 'ReportUnreadable';
}

const OUTCOMES: Readonly<Record<string, TestStatus>> = {
  error: 'ERROR',
  failure: 'FAILED',
  skipped: 'SKIPPED',
};

interface OpenCase {
  readonly attributes: Readonly<Record<string, string>>;
  status: TestStatus;
  message: string;
}

/**
 * The test cases of a file in JUnit's format. Document type declarations, and so entity expansion, are refused.
 *
 * @throws ReportUnreadable
 */
export function readJUnit(source: string): readonly TestResult[] {
  const results: TestResult[] = [];
  const suites: string[] = [];
  let current: OpenCase | undefined;
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw new ReportUnreadable(error.message);
  });
  parser.on('doctype', () => {
    throw new ReportUnreadable('document type declarations are not allowed');
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'testsuite') suites.push(attributes['name'] ?? '');
    else if (name === 'testcase') current = { attributes, status: 'SUCCEEDED', message: '' };
    else if (current !== undefined && OUTCOMES[name] !== undefined) {
      current.status = OUTCOMES[name];
      current.message = attributes['message'] ?? '';
    }
  });
  parser.on('closetag', ({ name }) => {
    if (name === 'testsuite') suites.pop();
    if (name !== 'testcase' || current === undefined) return;
    results.push(resultOf(current, suites.at(-1) ?? ''));
    current = undefined;
  });
  parser.write(source).close();
  return results;
}

function resultOf({ attributes, message, status }: OpenCase, suite: string): TestResult {
  const seconds = Number(attributes['time'] ?? 0);
  return {
    suite: suite.slice(0, MAX_NAME_CHARACTERS),
    prefix: (attributes['classname'] ?? '').slice(0, MAX_NAME_CHARACTERS),
    name: (attributes['name'] ?? '').slice(0, MAX_NAME_CHARACTERS),
    status,
    durationNanoseconds: Number.isFinite(seconds) ? Math.round(seconds * NANOSECONDS) : 0,
    message: message.slice(0, MAX_MESSAGE_CHARACTERS),
  };
}
