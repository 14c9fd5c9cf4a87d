import { App } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { IConstruct } from 'constructs';
import { type Project } from '../../definition/index.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { addProjectStacks } from '../app.ts';
import { ProjectStack } from '../project-stack.ts';
import { renderDefinition } from '../render-definition.ts';
import { makeTemporaryFolder } from '../temporary-folder.ts';

export interface StackUnderTest {
  readonly app: App;
  readonly stack: ProjectStack;
}

/** The stack of one project, as `cdk synth` makes it. */
export function createStack(
  project: Project = abalone,
  context: Readonly<Record<string, unknown>> = {},
): StackUnderTest {
  const app = new App({
    context: { ...context },
    outdir: makeTemporaryFolder('cdk'),
  });
  const [stack] = addProjectStacks(app, [project]);
  if (stack === undefined) throw new Error('no stack');
  return { app, stack };
}

/** The stack of Abalone in an environment where a pipeline tries commits on reference data. */
export function createReferenceStack(): ProjectStack {
  const app = new App({ outdir: makeTemporaryFolder('cdk') });
  return new ProjectStack(app, 'stepmill-dev-abalone', {
    project: abalone,
    environment: 'dev',
    retain: false,
    triesReferences: true,
  });
}

const sharedStacks = new Map<Project, StackUnderTest>();

/** The stack of a project with default settings, synthesized once for all test files of a process. */
export function sharedStack(project: Project = abalone): StackUnderTest {
  const stack = sharedStacks.get(project) ?? createStack(project);
  sharedStacks.set(project, stack);
  return stack;
}

/** The definition of a workflow of the shared stack of Abalone. */
export function abaloneDefinition(workflow: string): string {
  return sharedDefinition(abalone, workflow);
}

const sharedDefinitions = new Map<Project, Map<string, string>>();

/** The definition of a workflow of the shared stack of a project, rendered once. */
export function sharedDefinition(project: Project, workflow: string): string {
  const known = sharedDefinitions.get(project) ?? new Map<string, string>();
  sharedDefinitions.set(project, known);
  const definition = known.get(workflow) ?? readDefinition(sharedStack(project).stack, workflow);
  known.set(workflow, definition);
  return definition;
}

/**
 * The definition of a workflow of the stack, with readable names in place of references.
 *
 * @param workflow the path of its construct
 */
export function readDefinition(stack: ProjectStack, workflow: string): string {
  const machine = [...workflow.split('/'), 'Resource'].reduce<IConstruct>(
    (construct, id) => construct.node.findChild(id),
    stack,
  );
  if (!(machine instanceof StateMachine)) throw new Error(`${workflow} is not a state machine`);
  return (
    nameAlarms(stack, renderDefinition(machine))
      .replaceAll(/\$\{StorageBucket[^}]*\.Arn\}/g, 'arn:aws:s3:::bucket')
      .replaceAll(/\$\{StorageBucket[^}]*\}/g, 'bucket')
      .replaceAll(/\$\{([A-Za-z]+?)[0-9A-F]{8}([0-9a-f]{32}|\.Arn)?\}/g, '$1')
      .replaceAll('${Fn::FindInMap}', '123456789012')
      // Hashes of the scripts: a definition does not change with a script.
      .replaceAll(/[0-9a-f]{64}\.(zip|gz)/g, 'scripts.$1')
      .replaceAll(/(container-assets-[^"]*:)[0-9a-f]{64}/g, '$1image')
      .replaceAll(/(codeVersion[^0-9a-f]*)[0-9a-f]{16}/g, '$1version')
      .replaceAll(/(content#[^%]*-)[0-9a-f]{16}/g, '$1version')
      .replaceAll(/-[0-9a-f]{16}\.json/g, '-version.json')
  );
}

/** Puts the alarms' names in place of the references to them. */
function nameAlarms(stack: ProjectStack, definition: string): string {
  let named = definition;
  for (const alarm of stack.node.findAll()) {
    if (!(alarm instanceof CfnAlarm) || alarm.alarmName === undefined) continue;
    named = named.replaceAll(`\${${stack.getLogicalId(alarm)}}`, alarm.alarmName);
  }
  return named;
}
