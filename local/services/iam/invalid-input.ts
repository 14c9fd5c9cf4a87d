import { sentenceOf, type Violation } from '../../cloud/api-model/index.ts';
import type { ServiceError } from '../../cloud/service-error.ts';
import { ValidationError } from './errors.ts';

/** IAM's description of valid values, by the model's shape. */
const VALID_VALUES: Readonly<Record<string, string>> = {
  pathType:
    'It must begin and end with / and contain only alphanumeric characters and/or / characters.',
  policyNameType: 'It must contain only alphanumeric characters and/or the following: +=,.@_-',
  roleNameType: 'It must contain only alphanumeric characters and/or the following: +=,.@_-',
};

/** IAM describes the patterns of names and paths instead of printing them. */
export function invalidInput(violations: readonly Violation[]): ServiceError {
  const sentences = violations.map(({ member, rule, sentence, shape }) => {
    const look = rule === 'pattern' ? VALID_VALUES[shape] : undefined;
    return look === undefined ? sentence : `The specified value for ${member} is invalid. ${look}`;
  });
  const [only = ''] = sentences;
  const isOwn = sentences.length === 1 && only.startsWith('The specified value');
  return new ValidationError(isOwn ? only : sentenceOf(sentences));
}
