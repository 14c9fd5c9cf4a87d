import { runCommands } from '../actions/run-commands.ts';
import type { RuleCheck } from './rule.ts';

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-Commands.html */
export const checkCommands: RuleCheck = async ({
  cloud,
  execution,
  id,
  inputs,
  patience,
  principal,
  rule,
}) => {
  const { failure } = await runCommands({
    cloud,
    id,
    pipeline: execution.pipeline,
    principal: await principal(),
    commands: rule.commands ?? [],
    variables: {},
    inputs,
    signal: patience.signal,
  });
  return failure === undefined
    ? { passes: true, summary: 'All commands succeeded.' }
    : { passes: false, summary: failure };
};
