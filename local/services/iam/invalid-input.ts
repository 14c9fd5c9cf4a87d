import { sentenceOf, type Violation } from '../../cloud/api-model/index.ts';
import type { ServiceError } from '../../cloud/service-error.ts';
import { ValidationError } from './errors.ts';

/** By the shape of the model: what a value of it must look like, in IAM's words. */
const looks: Readonly<Record<string, string>> = {
  pathType:
    'It must begin and end with / and contain only alphanumeric characters and/or / characters.',
  policyNameType: 'It must contain only alphanumeric characters and/or the following: +=,.@_-',
  roleNameType: 'It must contain only alphanumeric characters and/or the following: +=,.@_-',
};

/** IAM does not print the patterns of names and paths, but says what they mean. */
export function invalidInput(violations: readonly Violation[]): ServiceError {
  const sentences = violations.map(({ member, rule, sentence, shape }) => {
    const look = rule === 'pattern' ? looks[shape] : undefined;
    return look === undefined ? sentence : `The specified value for ${member} is invalid. ${look}`;
  });
  const [only = ''] = sentences;
  const isOwn = sentences.length === 1 && only.startsWith('The specified value');
  return new ValidationError(isOwn ? only : sentenceOf(sentences));
}
