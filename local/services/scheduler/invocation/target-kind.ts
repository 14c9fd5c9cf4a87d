/** The kinds of targets that this runtime can invoke. */
export type TargetKind =
  | 'state-machine'
  | 'function'
  | 'queue'
  | 'topic'
  | 'event-bus'
  | 'universal';

const KINDS: readonly (readonly [TargetKind, RegExp])[] = [
  ['state-machine', /^arn:[\w-]+:states:[^:]+:\d+:stateMachine:/],
  ['function', /^arn:[\w-]+:lambda:[^:]+:\d+:function:/],
  ['queue', /^arn:[\w-]+:sqs:[^:]+:\d+:/],
  ['topic', /^arn:[\w-]+:sns:[^:]+:\d+:/],
  ['event-bus', /^arn:[\w-]+:events:[^:]+:\d+:event-bus\//],
  ['universal', /^arn:[\w-]+:scheduler:::aws-sdk:[a-z\d]+:[a-zA-Z\d]+$/],
];

/** @returns undefined for kinds of targets that this runtime does not invoke */
export function targetKindOf(arn: string): TargetKind | undefined {
  return KINDS.find(([, pattern]) => pattern.test(arn))?.[0];
}

/** Kinds whose `Input` must be JSON: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Target.html */
export function needsJson(kind: TargetKind | undefined): boolean {
  return kind !== undefined && kind !== 'queue' && kind !== 'topic';
}
