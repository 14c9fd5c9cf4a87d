/**
 * Judges definitions as AWS does: the same codes, sentences, locations and order, all findings at once.
 *
 * What is known of AWS comes from recordings, its documentation and what people measured; sentences that
 * were not seen on AWS are marked in `messages.ts`. Not checked: whether an action of an SDK integration
 * exists, and which members the parameters of an integration may have beyond the required ones.
 */
export type { Diagnostic, DiagnosticCode, Severity } from './diagnostic.ts';
export { findJsonProblem } from './json-syntax.ts';
export { describeRefusal } from './refusal.ts';
export {
  type StateValidationOptions,
  type ValidationOptions,
  validate,
  validateInTurns,
  validateState,
} from './validate.ts';
