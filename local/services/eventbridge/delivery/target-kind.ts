/** The kinds of targets that this runtime can deliver to. */
export type TargetKind =
  | 'state-machine'
  | 'function'
  | 'queue'
  | 'topic'
  | 'log-group'
  | 'event-bus';

const KINDS: readonly (readonly [TargetKind, RegExp])[] = [
  ['state-machine', /^arn:[\w-]+:states:[^:]+:\d+:stateMachine:/],
  ['function', /^arn:[\w-]+:lambda:[^:]+:\d+:function:/],
  ['queue', /^arn:[\w-]+:sqs:/],
  ['topic', /^arn:[\w-]+:sns:/],
  ['log-group', /^arn:[\w-]+:logs:[^:]+:\d+:log-group:/],
  ['event-bus', /^arn:[\w-]+:events:[^:]+:\d+:event-bus\//],
];

/** @returns undefined for kinds of targets that this runtime does not support */
export function targetKindOf(arn: string): TargetKind | undefined {
  return KINDS.find(([, pattern]) => pattern.test(arn))?.[0];
}
