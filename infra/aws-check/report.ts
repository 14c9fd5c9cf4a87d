/** The result of a check. Only a finding is a reason not to deploy. */
export type CheckStatus = 'ok' | 'FINDING' | 'not available' | 'not allowed' | 'left out' | 'look';

export interface CheckResult {
  /** The operation of AWS that checked, such as `TestState`. */
  readonly check: string;
  readonly subject: string;
  readonly status: CheckStatus;
  readonly note?: string;
}

const CHECK_WIDTH = 31;
const STATUS_WIDTH = 13;

export function renderResult({ check, subject, status, note }: CheckResult): string {
  const line = `${status.padEnd(STATUS_WIDTH)} ${check.padEnd(CHECK_WIDTH)} ${subject}`;
  return note === undefined ? line : `${line}: ${note}`;
}

export function renderSummary(results: readonly CheckResult[]): string {
  const counts = new Map<CheckStatus, number>();
  for (const { status } of results) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [
    [...counts].map(([status, count]) => `${count} ${status}`).join(', '),
    ...renderUnjudged(results, 'not available', 'the endpoint does not have it'),
    ...renderUnjudged(results, 'not allowed', 'these credentials may not call it'),
  ].join('\n');
}

function renderUnjudged(
  results: readonly CheckResult[],
  status: CheckStatus,
  reason: string,
): readonly string[] {
  const checks = new Set(results.filter((one) => one.status === status).map(({ check }) => check));
  return checks.size === 0 ? [] : [`Not checked, because ${reason}: ${[...checks].join(', ')}.`];
}

/** 1: do not deploy; 2: part of the app was not checked. */
export function exitCodeOf(results: readonly CheckResult[]): number {
  if (results.some(({ status }) => status === 'FINDING')) return 1;
  return results.some(({ status }) => status === 'not allowed') ? 2 : 0;
}

/** Error codes of an endpoint that lacks the operation; AWS itself has all operations. */
const MISSING_OPERATION: ReadonlySet<string> = new Set([
  'NotImplemented',
  'UnknownOperationException',
  'UnknownOperation',
  'InvalidAction',
]);

/** Errors that say something about the person's permissions, not about the app. */
const NO_PERMISSION = /^(AccessDenied|AccessDeniedException|UnauthorizedOperation)$/;

/** Turns an error of a validating call into a result. */
export function judgeError(check: string, subject: string, error: unknown): CheckResult {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (MISSING_OPERATION.has(name)) {
    return { check, subject, status: 'not available', note: 'not available here' };
  }
  if (NO_PERMISSION.test(name)) {
    return {
      check,
      subject,
      status: 'not allowed',
      note: `these credentials may not call it: ${message}`,
    };
  }
  return { check, subject, status: 'FINDING', note: `${name}: ${message}` };
}
