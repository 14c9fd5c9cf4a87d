import type { Json } from '../json.ts';
import { jsonBytes } from '../json-size.ts';
import { compileJsonPath, documentOf, type PathScope } from '../jsonpath/evaluate.ts';
import { maximumIntrinsicBytes } from '../limits.ts';
import { writeJson } from '../number-as-written.ts';
import { functions, invalidArguments, type RandomScope } from './functions.ts';
import {
  type IntrinsicArgument,
  type IntrinsicCall,
  type IntrinsicName,
  intrinsicArity,
} from './intrinsic.ts';
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
  return (scope) => {
    let bytes = 0;
    const values: Json[] = [];
    for (const argument of args) {
      const value = argument(scope);
      bytes += jsonBytes(value);
      assertSize(name, bytes);
      values.push(value);
    }
    charge(scope, CALL_STEPS + values.length + bytes * stepsPerByte(name));
    return name === 'States.Array' ? values : run(scope, ...values);
  };
}

/** What every call costs. */
const CALL_STEPS = 4;

/** Functions that look at every byte are slower than those that hand values on. */
const slowFunctions: ReadonlySet<IntrinsicName> = new Set([
  'States.Base64Decode',
  'States.Base64Encode',
  'States.Hash',
]);

function stepsPerByte(name: IntrinsicName): number {
  return slowFunctions.has(name) ? 1 / 4 : 1 / 16;
}

/** All calls of a turn have its effort together. */
function charge({ effort }: IntrinsicScope, steps: number): void {
  if (effort.spend(steps)) return;
  throw new RangeError('The functions of the state take too many steps together');
}

/** Checked before anything is made of the values, and as soon as there are too many. */
function assertSize(name: IntrinsicName, bytes: number): void {
  if (bytes <= maximumIntrinsicBytes) return;
  throw new RangeError(`${name} would hold more than ${maximumIntrinsicBytes} bytes`);
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
          `The JsonPath argument for the field '${argument.text}' could not be found in the input '${writeJson(documentOf(argument.path, scope))}'`,
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
    return interleave(parts ?? format.split('{}'), values, scope);
  };
}

/** What `States.StringToJson` made prints as JSON, all else as Java prints it. */
function compilePrinted(argument: IntrinsicArgument): (scope: IntrinsicScope) => string {
  const read = compileArgument(argument);
  const isNode = argument.kind === 'call' && argument.name === 'States.StringToJson';
  return isNode ? (scope) => writeJson(read(scope)) : (scope) => javaText(read(scope));
}

function interleave(
  parts: readonly string[],
  values: readonly ((scope: IntrinsicScope) => string)[],
  scope: IntrinsicScope,
): string {
  const [first = '', ...others] = parts;
  if (others.length !== values.length) invalidArguments('States.Format');
  let text = first;
  for (const [index, value] of values.entries()) {
    const printed = value(scope);
    text += printed + others[index];
    charge(scope, CALL_STEPS + printed.length * stepsPerByte('States.Format'));
    assertSize('States.Format', text.length);
  }
  return text;
}
