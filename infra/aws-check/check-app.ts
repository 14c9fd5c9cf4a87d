import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { SFNClient } from '@aws-sdk/client-sfn';
import { projectParameterSchema } from '../../events/index.ts';
import { checkPattern } from './check-patterns.ts';
import {
  accessOfConsole,
  accessOfFunction,
  accessOfMachine,
  checkAccess,
  policiesOf,
} from './check-permissions.ts';
import { checkDefinition, checkStates, readMachine } from './check-states.ts';
import { checkTemplate } from './check-template.ts';
import type { Place } from './place.ts';
import type { CheckResult } from './report.ts';
import { type Template, TemplateResolver } from './template.ts';

/** Every call that the check makes; none of them changes anything. */
export const CALLS = [
  'sts:GetCallerIdentity',
  'cloudformation:ValidateTemplate',
  'states:ValidateStateMachineDefinition',
  'states:TestState',
  'events:TestEventPattern',
  'iam:SimulateCustomPolicy',
] as const;

export interface CheckClients {
  readonly cloudformation: CloudFormationClient;
  readonly events: EventBridgeClient;
  readonly iam: IAMClient;
  readonly states: SFNClient;
}

/** Lets AWS check the parts of a synthesized stack; calls `report` with each result. */
export async function checkStack(
  clients: CheckClients,
  stack: string,
  template: Template,
  place: Place,
  report: (result: CheckResult) => void,
): Promise<void> {
  const resolver = new TemplateResolver(template, place);
  const tell = (results: readonly CheckResult[]) => results.forEach(report);
  tell(await checkTemplate(clients.cloudformation, stack, template));
  const project = readProject(resolver);
  const machines = resolver.resources('AWS::StepFunctions::StateMachine');
  for (const resource of machines) {
    const machine = readMachine(resource);
    report(await checkDefinition(clients.states, machine));
    tell(await checkStates(clients.states, machine));
    if (machine.problem !== undefined) continue;
    const role = roleIdOf(template, resource.id, 'RoleArn');
    const needed = accessOfMachine(machine, place, project);
    tell(await checkAccess(clients.iam, role, policiesOf(resolver, role), needed));
  }
  for (const handler of resolver.resources('AWS::Lambda::Function')) {
    const role = roleIdOf(template, handler.id, 'Role');
    const needed =
      project === undefined
        ? accessOfConsole(handler, resolver, place)
        : accessOfFunction(handler, project, place);
    tell(await checkAccess(clients.iam, role, policiesOf(resolver, role), needed));
  }
  if (project === undefined) return;
  for (const rule of resolver.resources('AWS::Events::Rule')) {
    if (rule.properties['EventPattern'] === undefined) continue;
    tell(await checkPattern(clients.events, rule, project, place));
  }
  tell(listQuotas(template));
}

/** Service Quotas shows an account's own values in the console; the check only names what to look at. */
function listQuotas(template: Template): readonly CheckResult[] {
  const needed = template.Outputs?.['NeededQuotas']?.Value;
  return (typeof needed === 'string' ? needed : '')
    .split('; ')
    .filter((quota) => quota !== '')
    .map((quota) => ({
      check: 'Service Quotas',
      subject: quota,
      status: 'look',
      note: 'the least that is needed, of Amazon SageMaker',
    }));
}

function readProject(resolver: TemplateResolver) {
  const values = resolver.resources('AWS::SSM::Parameter').map(({ properties }) => {
    try {
      return projectParameterSchema.safeParse(JSON.parse(String(properties['Value']))).data;
    } catch {
      return undefined;
    }
  });
  return values.find((value) => value !== undefined);
}

/** The logical id of the role that a resource names. */
function roleIdOf(template: Template, id: string, property: string): string {
  const role = template.Resources[id]?.Properties?.[property] as
    | { readonly 'Fn::GetAtt'?: readonly string[] }
    | undefined;
  return role?.['Fn::GetAtt']?.[0] ?? '';
}
