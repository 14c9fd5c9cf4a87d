/**
 * Validates definitions as AWS does: with the same codes, messages, locations and order, and all diagnostics at
 * once.
 *
 * The behaviour of AWS is known from recordings, its documentation and measurements of users; messages that were
 * not observed on AWS are marked in `messages.ts`. Not checked: whether an action of an SDK integration exists,
 * and the members of an integration's parameters other than the required ones.
 */
export type { Diagnostic, DiagnosticCode, Severity } from './diagnostic.ts';
export { JACKSON_VALUES, jacksonCharacter, jacksonSource } from './jackson.ts';
export { findJsonProblem } from './json-syntax.ts';
export type { ReadExpressions } from './place.ts';
export { describeRefusal } from './refusal.ts';
export {
  type StateValidationOptions,
  type ValidationOptions,
  validate,
  validateInTurns,
  validateState,
  validateStateInTurns,
} from './validate.ts';
