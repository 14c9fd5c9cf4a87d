import { expect, it } from 'vitest';
import { type CheckResult, exitCodeOf, judgeError, renderSummary } from './report.ts';

const ok: CheckResult = { check: 'TestState', subject: 'a', status: 'ok' };

function errorNamed(name: string): CheckResult {
  return judgeError('TestState', 'b', Object.assign(new Error('no'), { name }));
}

it.each([
  [[ok], 0],
  [[ok, errorNamed('UnknownOperationException')], 0],
  [[ok, errorNamed('AccessDeniedException')], 2],
  [[ok, errorNamed('AccessDenied'), errorNamed('ValidationException')], 1],
])('%j ends with %i', (results, code) => {
  expect(exitCodeOf(results)).toBe(code);
});

it('lists what was not checked, and why', () => {
  expect(renderSummary([ok, errorNamed('AccessDeniedException')])).toBe(
    '1 ok, 1 not allowed\nNot checked, because these credentials may not call it: TestState.',
  );
});
