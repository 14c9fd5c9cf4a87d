import type { Condition, RuleDeclaration } from '@aws-sdk/client-codepipeline';
import { ServiceError } from '../../../cloud/service-error.ts';
import { RULE_TIMEOUT_MINUTES } from '../limits.ts';
import { RULE_CHECKS } from '../rules/index.ts';
import type { RuleResult } from '../rules/rule.ts';
import type { ConditionRecord, ExecutionRecord, RuleRecord, Structure } from '../store.ts';
import { resolveVariables } from '../structure/variables.ts';
import { Interrupted } from './patience.ts';
import { assumePipelineRole } from './roles.ts';
import type { RunsContext } from './runs-context.ts';

const MINUTE_MS = 60_000;

interface Judged {
  readonly structure: Structure;
  readonly execution: ExecutionRecord;
  readonly stage: string;
  readonly signal: AbortSignal;
  /** Takes the condition while its rules are judged, and once they are. */
  readonly onChange: (record: ConditionRecord) => void;
}

/** Judges a condition, whose rules must all pass. @throws Interrupted */
export async function judgeCondition(
  context: RunsContext,
  { rules = [] }: Condition,
  judged: Judged,
): Promise<ConditionRecord> {
  const { clock } = context.cloud;
  const judgements = rules.map((rule) => ({ rule, begun: beginRule(context, rule) }));
  const begun = judgements.map((judgement) => judgement.begun);
  const described = (
    status: ConditionRecord['status'],
    records: readonly RuleRecord[],
    summary = '',
  ): ConditionRecord => ({ status, summary, changedAt: clock.now(), rules: records });
  judged.onChange(described('InProgress', begun));
  try {
    const records = await Promise.all(
      judgements.map((judgement) => judgeRule(context, judgement, judged)),
    );
    const failed = records.filter(({ status }) => status !== 'Succeeded');
    const decisive = failed.length === 0 ? records : failed;
    const summary = decisive.map((record) => record.summary).join(' ');
    const ended = described(failed.length === 0 ? 'Succeeded' : 'Failed', records, summary);
    judged.onChange(ended);
    return ended;
  } catch (error) {
    const cancelled = begun.map((rule): RuleRecord => ({ ...rule, status: 'Abandoned' }));
    judged.onChange(described('Cancelled', cancelled));
    throw error;
  }
}

function beginRule({ cloud }: RunsContext, { name = '' }: RuleDeclaration): RuleRecord {
  const changedAt = cloud.clock.now();
  return { name, id: cloud.random.uuid(), status: 'InProgress', summary: '', changedAt };
}

async function judgeRule(
  context: RunsContext,
  { rule, begun }: { readonly rule: RuleDeclaration; readonly begun: RuleRecord },
  judged: Judged,
): Promise<RuleRecord> {
  const { passes, summary } = await resultOf(context, rule, begun.id, judged);
  const status = passes ? 'Succeeded' : 'Failed';
  return { ...begun, status, summary, changedAt: context.cloud.clock.now() };
}

async function resultOf(
  { cloud, waits }: RunsContext,
  rule: RuleDeclaration,
  id: string,
  { execution, signal, stage, structure }: Judged,
): Promise<RuleResult> {
  const check = RULE_CHECKS[rule.ruleTypeId?.provider ?? ''];
  if (check === undefined)
    return { passes: false, summary: `The rule ${rule.name} is not known here.` };
  const timeout = new AbortController();
  const minutes = rule.timeoutInMinutes ?? RULE_TIMEOUT_MINUTES;
  const timer = cloud.clock.setTimer(minutes * MINUTE_MS, () => timeout.abort());
  try {
    return await check({
      cloud,
      rule,
      configuration: resolved(rule.configuration ?? {}, execution),
      execution,
      inputs: (rule.inputArtifacts ?? []).flatMap(({ name = '' }) => {
        const s3location = execution.artifacts[name];
        return s3location === undefined ? [] : [{ name, s3location }];
      }),
      stage,
      id,
      patience: waits.patienceFor(AbortSignal.any([signal, timeout.signal])),
      principal: async () => (await assumePipelineRole(cloud, structure, rule.roleArn)).principal,
    });
  } catch (error) {
    if (error instanceof Interrupted && !timeout.signal.aborted) throw error;
    return { passes: false, summary: failureOf(error, minutes) };
  } finally {
    timer.cancel();
  }
}

function failureOf(error: unknown, minutes: number): string {
  if (error instanceof Interrupted) return `The rule took longer than ${minutes} minutes.`;
  if (error instanceof ServiceError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

/** @throws UnknownVariable */
function resolved(
  configuration: Readonly<Record<string, string>>,
  { id, namespaces, variables }: ExecutionRecord,
): Readonly<Record<string, string>> {
  const known = { ...namespaces, variables, codepipeline: { PipelineExecutionId: id } };
  return Object.fromEntries(
    Object.entries(configuration).map(([key, value]) => [key, resolveVariables(value, known)]),
  );
}
