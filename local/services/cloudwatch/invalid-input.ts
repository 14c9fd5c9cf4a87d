import { describeViolations, type Violation, wirePath } from '../../cloud/api-model/index.ts';
import type { ServiceError } from '../../cloud/service-error.ts';
import {
  InvalidParameterValueException,
  MissingRequiredParameterException,
  ValidationException,
} from './errors.ts';

/** The oldest operations have their own messages; the others have those of AWS's common framework. */
const WITH_OWN_WORDS: ReadonlySet<string> = new Set([
  'GetMetricStatistics',
  'ListMetrics',
  'PutMetricData',
]);

export function invalidInput(violations: readonly Violation[], operation: string): ServiceError {
  const [first] = violations;
  if (first === undefined || !WITH_OWN_WORDS.has(operation)) {
    return new ValidationException(describeViolations(violations));
  }
  const parameter = wirePath(first);
  if (first.rule === 'required') return new MissingRequiredParameterException(parameter);
  return new InvalidParameterValueException(
    violations.map((violation) => sentenceOf(violation)).join('\n'),
  );
}

/** Answers of PutMetricData recorded in 2016 and 2019; other rules have the messages of its own checks. */
function sentenceOf(violation: Violation): string {
  const parameter = wirePath(violation);
  if (violation.rule === 'required') return `The parameter ${parameter} is required.`;
  if (violation.values !== undefined) {
    return `The parameter ${parameter} must be a value in the set [ ${violation.values.join(', ')} ].`;
  }
  if (violation.type === 'list') {
    return `The collection ${parameter} must not have a size ${violation.rule === 'minimum' ? 'less' : 'greater'} than ${violation.limit}.`;
  }
  const value =
    typeof violation.value === 'string' ? violation.value : JSON.stringify(violation.value);
  return `The value ${value} for parameter ${parameter} is invalid.`;
}
