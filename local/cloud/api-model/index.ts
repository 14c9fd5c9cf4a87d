/**
 * Validates requests by the API models of AWS. The constraints are in files of this folder, which
 * `test/api-model/write.mjs` writes.
 */
import type { ServiceName } from '../service-name.ts';
import { readFacts } from './facts.ts';
import { InputJudge, type Violation } from './judge.ts';
import { memberName, sentenceOf } from './words.ts';

export type { Violation } from './judge.ts';
export { readPascalInput } from './pascal-input.ts';
export { enumSet, sentenceOf, wirePath } from './words.ts';

const judges = new Map<ServiceName, readonly InputJudge[]>();

/**
 * Validates the input of an operation by its API model.
 *
 * @returns the violations, in the order of the model
 * @throws SerializationException when a value does not have the type of its member
 */
export function judgeInput(
  service: ServiceName,
  operation: string,
  input: object,
): readonly Violation[] {
  for (const judge of judgesOf(service)) {
    if (judge.has(operation)) return judge.judge(operation, input);
  }
  return [];
}

/** The model of a service is read at its first call. */
function judgesOf(service: ServiceName): readonly InputJudge[] {
  const known = judges.get(service);
  if (known !== undefined) return known;
  const dialect = { itemsNeverNull: service === 'lambda' };
  const made = readFacts(service).map((facts) => new InputJudge(facts, dialect));
  judges.set(service, made);
  return made;
}

/** The violation for a member that the model does not require, but the operation does in this case. */
export function describeMissing(members: readonly string[]): string {
  return sentenceOf(
    members.map(
      (member) =>
        `Value null at '${memberName([member])}' failed to satisfy constraint: Member must not be null`,
    ),
  );
}

/** All violations in one sentence, as most services report them. */
export function describeViolations(violations: readonly Violation[]): string {
  return sentenceOf(violations.map(({ sentence }) => sentence));
}
