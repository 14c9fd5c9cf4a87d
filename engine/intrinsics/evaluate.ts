import type { Json } from '../json.ts';
import { compileJsonPath, documentOf, type PathScope } from '../jsonpath/evaluate.ts';
import { functions, invalidArguments, type RandomScope } from './functions.ts';
import { type IntrinsicArgument, type IntrinsicCall, intrinsicArity } from './intrinsic.ts';
import { javaText } from './java-values.ts';

/** What an intrinsic function needs besides its arguments. */
export interface IntrinsicScope extends PathScope, RandomScope {}

/** @throws Error whose message AWS puts behind `The function '…' had the following error: ` */
export type IntrinsicReader = (scope: IntrinsicScope) => Json;

/** Compiles a call with all that is nested in it. */
export function compileIntrinsic(call: IntrinsicCall): IntrinsicReader {
  const { name } = call;
  const [fewest, most] = intrinsicArity[name];
  const count = call.arguments.length;
  if (count < fewest || count > most) return () => invalidArguments(name);
  if (name === 'States.Format') return compileFormat(call);
  const args = call.arguments.map(compileArgument);
  const run = functions[name];
  return (scope) => run(scope, ...args.map((argument) => argument(scope)));
}

function compileArgument(argument: IntrinsicArgument): IntrinsicReader {
  switch (argument.kind) {
    case 'call':
      return compileIntrinsic(argument);
    case 'path': {
      const read = compileJsonPath(argument.path);
      return (scope) => {
        const value = read(scope);
        if (value !== undefined) return value;
        throw new TypeError(
          `The JsonPath argument for the field '${argument.text}' could not be found in the input '${JSON.stringify(documentOf(argument.path, scope))}'`,
        );
      };
    }
    case 'string':
    case 'number':
    case 'boolean': {
      const { value } = argument;
      return () => value;
    }
    case 'null':
      return () => null;
  }
}

function compileFormat({ name, arguments: [template, ...rest] }: IntrinsicCall): IntrinsicReader {
  const values = rest.map(compilePrinted);
  const parts = template?.kind === 'string' ? template.parts : undefined;
  const dynamic = template === undefined ? () => null : compileArgument(template);
  return (scope) => {
    const format = dynamic(scope);
    const isTemplate = template?.kind !== 'string' || template.isTemplate;
    if (typeof format !== 'string' || !isTemplate) return invalidArguments(name);
    return interleave(
      parts ?? format.split('{}'),
      values.map((value) => value(scope)),
    );
  };
}

/** What `States.StringToJson` made prints as JSON, all else as Java prints it. */
function compilePrinted(argument: IntrinsicArgument): (scope: IntrinsicScope) => string {
  const read = compileArgument(argument);
  const isNode = argument.kind === 'call' && argument.name === 'States.StringToJson';
  return isNode ? (scope) => JSON.stringify(read(scope)) : (scope) => javaText(read(scope));
}

function interleave(parts: readonly string[], values: readonly string[]): string {
  if (parts.length - 1 !== values.length) invalidArguments('States.Format');
  return parts.map((part, index) => (index === 0 ? part : `${values[index - 1]}${part}`)).join('');
}
