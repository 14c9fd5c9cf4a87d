import type {
  ActionDeclaration,
  Condition,
  PipelineDeclaration,
  RuleDeclaration,
  StageDeclaration,
} from '@aws-sdk/client-codepipeline';
import {
  InvalidActionDeclarationException,
  InvalidStageDeclarationException,
  InvalidStructureException,
  UnsupportedFeature,
} from '../errors.ts';
import { checkWindow } from '../rules/deployment-window.ts';
import { actionGroups } from './action-groups.ts';
import { ACTION_PROVIDERS, type ProviderRules, RULE_PROVIDERS } from './providers.ts';
import { referencesIn } from './variables.ts';

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html */
const MIN_STAGES = 2;

/** What the actions before an action gave. */
interface Known {
  readonly artifacts: Set<string>;
  readonly namespaces: Set<string>;
}

/**
 * Judges a structure, and refuses what this runtime does not run.
 *
 * @throws InvalidStructureException, InvalidStageDeclarationException, InvalidActionDeclarationException, UnsupportedFeature
 */
export function checkStructure(pipeline: PipelineDeclaration, region: string): void {
  const { stages = [], variables = [] } = pipeline;
  refuseModes(pipeline);
  if (stages.length < MIN_STAGES) {
    throw new InvalidStructureException(
      `Pipeline has ${stages.length} stage(s). There should be a minimum of ${MIN_STAGES} stages in a pipeline`,
    );
  }
  refuseDoubles(
    stages.map(({ name }) => name),
    (name) => `Stage names should be unique: ${name}`,
  );
  refuseDoubles(
    variables.map(({ name }) => name),
    (name) => `Variable names should be unique: ${name}`,
  );
  const known: Known = {
    artifacts: new Set(),
    namespaces: new Set(['codepipeline', ...(variables.length > 0 ? ['variables'] : [])]),
  };
  for (const [index, stage] of stages.entries()) {
    checkCategories(stage, index === 0);
    checkStage(stage, region, known);
  }
}

function refuseModes({
  artifactStore,
  artifactStores,
  executionMode,
  pipelineType,
}: PipelineDeclaration) {
  if (executionMode === 'PARALLEL') throw new UnsupportedFeature('pipelines in the mode PARALLEL');
  if (executionMode === 'QUEUED' && pipelineType !== 'V2') {
    throw new InvalidStructureException(
      'Execution mode QUEUED is only supported for pipeline type V2',
    );
  }
  if (artifactStore !== undefined) return;
  const regions = Object.keys(artifactStores ?? {});
  if (regions.length === 0) {
    throw new InvalidStructureException(
      'Pipeline should have either artifactStore or artifactStores',
    );
  }
  if (regions.length > 1) throw new UnsupportedFeature('actions in several regions');
}

/** The first stage has sources only, and only it has any. */
function checkCategories({ actions = [] }: StageDeclaration, isFirst: boolean): void {
  const isFitting = actions.every(
    ({ actionTypeId }) => (actionTypeId?.category === 'Source') === isFirst,
  );
  if (isFitting) return;
  throw new InvalidStructureException(
    isFirst
      ? 'Pipeline should start with a stage that only contains source actions'
      : 'Only the first stage of a pipeline can contain source actions',
  );
}

function checkStage(stage: StageDeclaration, region: string, known: Known): void {
  const { actions = [], name = '' } = stage;
  if (actions.length === 0) {
    throw new InvalidStageDeclarationException(`Stage ${name} should have at least one action`);
  }
  refuseDoubles(
    actions.map((action) => action.name),
    (action) => `Action names should be unique within a stage: ${action}`,
  );
  checkConditions(stage.beforeEntry?.conditions, ['FAIL', 'SKIP'], name);
  checkSkipping(stage.beforeEntry?.conditions, name);
  checkConditions(stage.onSuccess?.conditions, ['FAIL', 'ROLLBACK'], name);
  checkConditions(stage.onFailure?.conditions, ['FAIL', 'ROLLBACK', 'RETRY', 'SKIP'], name);
  for (const group of actionGroups(stage)) {
    for (const action of group) checkAction(action, name, { region, known });
    // Actions of the same order run at the same time.
    for (const { namespace, outputArtifacts = [] } of group) {
      if (namespace !== undefined) known.namespaces.add(namespace);
      for (const artifact of outputArtifacts) known.artifacts.add(artifact.name ?? '');
    }
  }
}

function checkAction(
  action: ActionDeclaration,
  stage: string,
  { known, region }: { readonly known: Known; readonly region: string },
): void {
  const { actionTypeId, name = '', region: where } = action;
  const { category, owner, provider } = actionTypeId ?? {};
  const rules = ACTION_PROVIDERS[`${category} ${owner} ${provider}`];
  if (rules === undefined) {
    throw new UnsupportedFeature(
      `the action ${stage}/${name} of the provider ${provider} (${category}, ${owner})`,
    );
  }
  if (where !== undefined && where !== region) {
    throw new UnsupportedFeature(`the action ${stage}/${name} in the region ${where}`);
  }
  checkConfiguration(action, rules);
  checkArtifacts(action, rules, known);
  checkReferences(action, stage, known);
  if (provider === 'Commands' && (action.commands ?? []).length === 0) {
    throw new InvalidActionDeclarationException(`Action ${name} should have at least one command`);
  }
  const secret = action.environmentVariables?.find(({ type }) => type === 'SECRETS_MANAGER');
  if (secret !== undefined) {
    throw new UnsupportedFeature(
      `the variable ${secret.name} of Secrets Manager in ${stage}/${name}`,
    );
  }
  const { BatchEnabled } = action.configuration ?? {};
  if (BatchEnabled === 'true') throw new UnsupportedFeature(`the batch builds of ${stage}/${name}`);
}

function checkConfiguration(
  { configuration = {}, name = '' }: ActionDeclaration,
  { optional, required }: ProviderRules,
): void {
  const missing = required.find((key) => configuration[key] === undefined);
  if (missing !== undefined) {
    throw new InvalidActionDeclarationException(
      `Action configuration for action '${name}' is missing required configuration '${missing}'`,
    );
  }
  const unknown = Object.keys(configuration).find(
    (key) => !required.includes(key) && !optional.includes(key),
  );
  if (unknown !== undefined) {
    throw new InvalidActionDeclarationException(
      `Action configuration for action '${name}' contains unknown configuration '${unknown}'`,
    );
  }
}

function checkArtifacts(
  { inputArtifacts = [], name = '', outputArtifacts = [] }: ActionDeclaration,
  { inputs, outputs }: ProviderRules,
  { artifacts }: Known,
): void {
  const counts = [
    ['input', inputArtifacts.length, inputs],
    ['output', outputArtifacts.length, outputs],
  ] as const;
  for (const [kind, count, [fewest, most]] of counts) {
    if (count >= fewest && count <= most) continue;
    throw new InvalidActionDeclarationException(
      `Action ${name} has ${count} ${kind} artifacts which is outside the allowed range of ${fewest} to ${most}`,
    );
  }
  const unknown = inputArtifacts.find((one) => !artifacts.has(one.name ?? ''));
  if (unknown !== undefined) {
    throw new InvalidStructureException(
      `Input artifact named '${unknown.name}' of action ${name} is not an output artifact of any preceding action`,
    );
  }
  const double = outputArtifacts.find((one) => artifacts.has(one.name ?? ''));
  if (double !== undefined) {
    throw new InvalidStructureException(
      `UniqueOutputArtifactNames: the output artifact '${double.name}' of action ${name} is given by another action as well`,
    );
  }
}

/** The sentence is AWS's. */
function checkReferences(
  { configuration = {}, name = '' }: ActionDeclaration,
  stage: string,
  { namespaces }: Known,
): void {
  for (const [key, value] of Object.entries(configuration)) {
    for (const { namespace, text } of referencesIn(value)) {
      if (namespaces.has(namespace)) continue;
      throw new InvalidStructureException(
        `Valid format for a pipeline execution variable reference is a namespace and a key separated by a period (.). The following pipeline execution variables are referencing a namespace that does not exist. StageName=[${stage}], ActionName=[${name}], ActionConfigurationKey=[${key}], VariableReferenceText=[${text}]`,
      );
    }
  }
}

function checkConditions(
  conditions: readonly Condition[] = [],
  results: readonly string[],
  stage: string,
): void {
  for (const { result = '', rules = [] } of conditions) {
    if (result !== '' && !results.includes(result)) {
      throw new InvalidStageDeclarationException(
        `The result ${result} is not one of ${results.join(', ')} in a condition of stage ${stage}`,
      );
    }
    for (const rule of rules) checkRule(rule, stage);
  }
}

const SKIPPING_RULES: readonly (string | undefined)[] = ['LambdaInvoke', 'VariableCheck'];

/**
 * Before a stage, two kinds of rules alone can skip it.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-CodeBuild.html
 */
function checkSkipping(conditions: readonly Condition[] = [], stage: string): void {
  const rules = conditions
    .filter(({ result }) => result === 'SKIP')
    .flatMap((condition) => condition.rules ?? []);
  const other = rules.find(({ ruleTypeId }) => !SKIPPING_RULES.includes(ruleTypeId?.provider));
  if (other === undefined) return;
  throw new InvalidStageDeclarationException(
    `The rule ${other.name} of the provider ${other.ruleTypeId?.provider} cannot skip stage ${stage}: only ${SKIPPING_RULES.join(' and ')} can`,
  );
}

function checkRule(
  { commands = [], configuration = {}, name = '', ruleTypeId }: RuleDeclaration,
  stage: string,
): void {
  const { provider = '' } = ruleTypeId ?? {};
  const required = RULE_PROVIDERS[provider];
  if (required === undefined) {
    throw new UnsupportedFeature(`the rule ${name} of the provider ${provider} in stage ${stage}`);
  }
  const missing = required.find((key) => configuration[key] === undefined);
  if (missing !== undefined) {
    throw new InvalidStageDeclarationException(
      `Rule configuration for rule '${name}' is missing required configuration '${missing}'`,
    );
  }
  if (provider === 'Commands' && commands.length === 0) {
    throw new InvalidStageDeclarationException(`Rule ${name} should have at least one command`);
  }
  if (provider !== 'DeploymentWindow') return;
  const problem = checkWindow(configuration);
  if (problem !== undefined) {
    throw new InvalidStageDeclarationException(`Rule ${name} of stage ${stage}: ${problem}`);
  }
}

function refuseDoubles(
  names: readonly (string | undefined)[],
  sentence: (name: string) => string,
): void {
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (double !== undefined) throw new InvalidStructureException(sentence(double));
}
