/**
 * What the API models of AWS say about requests, judged at the cloud's door. The facts are files
 * beside this one, which `test/api-model/write.mjs` writes.
 */
import type { ServiceName } from '../service-name.ts';
import { readFacts } from './facts.ts';
import { InputJudge, type Violation } from './judge.ts';
import { memberName, sentenceOf } from './words.ts';

export type { Violation } from './judge.ts';
export { enumSet, sentenceOf, wirePath } from './words.ts';

const judges = new Map<ServiceName, readonly InputJudge[]>();

/**
 * Judges an operation's input by its API model.
 *
 * @returns what is wrong with it, in the order of the model
 * @throws SerializationException when a value is not of its member's type
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

/** The facts of a service are read when it is first called. */
function judgesOf(service: ServiceName): readonly InputJudge[] {
  const known = judges.get(service);
  if (known !== undefined) return known;
  const dialect = { itemsNeverNull: service === 'lambda' };
  const made = readFacts(service).map((facts) => new InputJudge(facts, dialect));
  judges.set(service, made);
  return made;
}

/** What a model does not require, but the operation in this case; in the words for what it requires. */
export function describeMissing(members: readonly string[]): string {
  return sentenceOf(
    members.map(
      (member) =>
        `Value null at '${memberName([member])}' failed to satisfy constraint: Member must not be null`,
    ),
  );
}

/** All violations in one sentence, as most services answer them. */
export function describeViolations(violations: readonly Violation[]): string {
  return sentenceOf(violations.map(({ sentence }) => sentence));
}
