import type { Json } from '../json.ts';
import { mayHoldNumberAsWritten, writeJson } from '../json-numbers.ts';
import { jsonBytes } from '../json-size.ts';
import { compileJsonPath, documentOf, type PathScope } from '../jsonpath/evaluate.ts';
import { MAXIMUM_INTRINSIC_BYTES } from '../limits.ts';
import { functions, invalidArguments, type RandomScope } from './functions.ts';
import {
  type IntrinsicArgument,
  type IntrinsicCall,
  type IntrinsicName,
  intrinsicArity,
} from './intrinsic.ts';
import { javaText } from './java-values.ts';

/** The scope of an intrinsic function: the roots of its paths, and random numbers. */
export interface IntrinsicScope extends PathScope, RandomScope {}

/** @throws Error with the message that AWS shows after `The function '…' had the following error: ` */
export type IntrinsicReader = (scope: IntrinsicScope) => Json;

/** Compiles a call with all nested calls. */
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
    charge(scope, CALL_STEPS + values.length + bytes * stepsPerByte(name, values));
    return name === 'States.Array' ? values : run(scope, ...values);
  };
}

/** The steps of every call. */
const CALL_STEPS = 4;

/** The steps for passing a value on, per byte of the arguments. */
const HANDLING_STEPS = 1 / 16;

/** Measured: functions that read every byte, or store every item, are slower. */
const slowFunctions: Partial<Record<IntrinsicName, number>> = {
  'States.ArrayContains': 1 / 8,
  'States.ArrayUnique': 1,
  'States.Base64Decode': 1 / 3,
  'States.Base64Encode': 1,
  'States.Hash': 1 / 3,
  'States.JsonMerge': 1 / 4,
  'States.JsonToString': 1 / 5,
  'States.StringSplit': 1 / 3,
  'States.StringToJson': 1 / 5,
};

/** The steps per byte for parsing a text whose numbers keep their original spelling. */
const WRITTEN_NUMBERS_STEPS = 1.5;

function stepsPerByte(name: IntrinsicName, [first]: readonly Json[]): number {
  const isSlow =
    name === 'States.StringToJson' && typeof first === 'string' && mayHoldNumberAsWritten(first);
  return isSlow ? WRITTEN_NUMBERS_STEPS : (slowFunctions[name] ?? HANDLING_STEPS);
}

/** All calls of a state share its steps. */
function charge({ effort }: IntrinsicScope, steps: number): void {
  if (effort.spend(steps)) return;
  throw new RangeError('The functions of the state take too many steps together');
}

/** Checks the size before the result is created, and as soon as the limit is exceeded. */
function assertSize(name: IntrinsicName, bytes: number): void {
  if (bytes <= MAXIMUM_INTRINSIC_BYTES) return;
  throw new RangeError(`${name} would hold more than ${MAXIMUM_INTRINSIC_BYTES} bytes`);
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

/** A result of `States.StringToJson` prints as JSON, all other values print as in Java. */
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
    charge(scope, CALL_STEPS + printed.length * HANDLING_STEPS);
    assertSize('States.Format', text.length);
  }
  return text;
}
