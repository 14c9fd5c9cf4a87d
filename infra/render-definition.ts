import { Stack } from 'aws-cdk-lib';
import type { CfnStateMachine, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';

/** Placeholders of values that only a deployment knows. */
const pseudoParameters: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::AccountId': '000000000000',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** A state machine's definition as text; what a deployment fills in is shown as `${LogicalId}`. */
export function renderDefinition(machine: StateMachine): string {
  const resource = machine.node.defaultChild as CfnStateMachine;
  return renderText(Stack.of(machine).resolve(resource.definitionString));
}

/** Evaluates `Fn::Join` as CloudFormation would. */
function renderText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  const [intrinsic, argument] = Object.entries(value)[0] ?? ['', undefined];
  switch (intrinsic) {
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map(renderText).join(separator);
    }
    case 'Ref':
      return pseudoParameters[String(argument)] ?? placeholder(String(argument));
    case 'Fn::GetAtt':
      return placeholder((argument as string[]).join('.'));
    case 'Fn::Sub':
      return String(argument);
    default:
      return placeholder(intrinsic);
  }
}

function placeholder(name: string): string {
  return `\${${name}}`;
}
