import {
  GetPipelineStateCommand,
  type RuleState,
  type StageState,
} from '@aws-sdk/client-codepipeline';
import { dim, green, red, seconds } from '../terminal/terminal.ts';
import type { DeliveryFollower } from './delivery-follower.ts';
import { lastLinesOfBuild } from './log-lines.ts';

/** When a rule was seen to begin, by the id of its execution; undefined once its end was shown. */
export type SeenRules = Map<string, number | undefined>;

/** Shows each rule of a condition, such as a deployment window or the watch of alarms, when it begins and when it has ended. */
export async function showRules(
  follower: DeliveryFollower,
  pipelineExecutionId: string,
  seen: SeenRules,
): Promise<void> {
  const { clients, pipeline } = follower;
  const { stageStates = [] } = await clients.pipelines.send(
    new GetPipelineStateCommand({ name: pipeline.name }),
  );
  for (const stage of stageStates) {
    if (stage.latestExecution?.pipelineExecutionId !== pipelineExecutionId) continue;
    for (const rule of rulesOf(stage)) await showRule(follower, stage.stageName ?? '', rule, seen);
  }
}

function rulesOf(stage: StageState): readonly RuleState[] {
  return [stage.beforeEntryConditionState, stage.onSuccessConditionState]
    .flatMap((condition) => condition?.conditionStates ?? [])
    .flatMap(({ ruleStates = [] }) => ruleStates);
}

async function showRule(
  { clients, terminal }: DeliveryFollower,
  stage: string,
  { latestExecution, ruleName }: RuleState,
  seen: SeenRules,
): Promise<void> {
  const { ruleExecutionId: id = '', status, summary = '' } = latestExecution ?? {};
  if (status === undefined || (seen.has(id) && seen.get(id) === undefined)) return;
  const began = seen.get(id) ?? performance.now();
  if (status === 'InProgress') {
    if (!seen.has(id)) terminal.note(dim(`… ${stage} / ${ruleName}`));
    seen.set(id, began);
    return;
  }
  seen.set(id, undefined);
  const took = dim(`… ${seconds(performance.now() - began)}`);
  if (status === 'Succeeded') {
    terminal.note(`${green('✓')} ${stage} / ${ruleName} ${took}`);
    return;
  }
  terminal.note(`${red('✗')} ${stage} / ${ruleName} ${took}: ${summary}`);
  for (const line of await lastLinesOfBuild(clients, summary)) terminal.note(dim(`    ${line}`));
}
