import { type Cost, commonCost, weigh } from './cost.ts';
import { JsonataFault } from './fault.ts';
import { assertDepth, type Evaluation, Frame } from './frame.ts';
import type { Signature } from './syntax.ts';
import { assertHeld, Callable, isCallable } from './values.ts';

/** A compiled node. */
export type Evaluate = (input: unknown, frame: Frame) => unknown;

/** The context of a call of a native function. */
export interface CallContext {
  readonly evaluation: Evaluation;
  readonly input: unknown;
}

/** A function of the library. The jsonata package's own functions recognize one by the mark. */
export class NativeFunction extends Callable {
  readonly _jsonata_function = true;
  readonly implementation: (context: CallContext, args: readonly unknown[]) => unknown;
  readonly signature: Signature | undefined;
  /** The number of arguments that a higher-order function passes to it. */
  readonly arity: number;
  readonly cost: Cost;
  readonly #plainTypes: readonly string[] | undefined;

  constructor(
    implementation: (context: CallContext, args: readonly unknown[]) => unknown,
    signature: Signature | undefined,
    arity: number,
    cost: Cost = commonCost,
  ) {
    super();
    this.cost = cost;
    this.implementation = implementation;
    this.signature = signature;
    this.arity = arity;
    this.#plainTypes = plainTypesOf(signature);
  }

  /** @throws the package's error for arguments that do not match the signature */
  validated(args: readonly unknown[], input: unknown): readonly unknown[] {
    if (this.signature === undefined || this.#fits(args)) return args;
    return this.signature.validate(args, input);
  }

  #fits(args: readonly unknown[]): boolean {
    const types = this.#plainTypes;
    if (types === undefined || types.length !== args.length) return false;
    return types.every((type, index) => typeof args[index] === type);
  }
}

/**
 * The types of a signature's arguments, if all are numbers and texts. Arguments of these types are passed without
 * matching the signature, which takes longer than most functions.
 */
function plainTypesOf(signature: Signature | undefined): readonly string[] | undefined {
  const parameters = /^<((?:[ns][-?]?)+):/.exec(signature?.definition ?? '')?.[1];
  return parameters?.match(/[ns]/g)?.map((type) => (type === 'n' ? 'number' : 'string'));
}

/** A lambda with its enclosing frame; a thunk is a tail call that is not made yet. */
export class Lambda extends Callable {
  readonly _jsonata_lambda = true;
  readonly parameters: readonly string[];
  readonly body: Evaluate;
  readonly signature: Signature | undefined;
  readonly input: unknown;
  readonly frame: Frame;
  readonly tailCall: TailCall | undefined;

  constructor(shape: LambdaShape, input: unknown, frame: Frame) {
    super();
    this.parameters = shape.parameters;
    this.body = shape.body;
    this.signature = shape.signature;
    this.tailCall = shape.tailCall;
    this.input = input;
    this.frame = frame;
  }

  get arity(): number {
    return this.parameters.length;
  }
}

export interface LambdaShape {
  readonly parameters: readonly string[];
  readonly body: Evaluate;
  readonly signature: Signature | undefined;
  readonly tailCall: TailCall | undefined;
}

/** The parts of a tail call. The loop in {@link apply} evaluates them, so that a tail call uses no stack. */
export interface TailCall {
  readonly procedure: Evaluate;
  readonly arguments: readonly Evaluate[];
  readonly token: string | undefined;
}

/** A function with some of its arguments; the others are gaps. */
export class PartialFunction extends Callable {
  readonly _jsonata_lambda = true;
  readonly target: unknown;
  readonly template: readonly unknown[];
  readonly arity: number;

  constructor(target: unknown, template: readonly unknown[]) {
    super();
    this.target = target;
    this.template = template;
    this.arity = template.filter((argument) => argument === gap).length;
  }
}

/** The `?` in a partial application. */
export const gap = Symbol('?');

/** A function argument, in the form that the functions of the library call. */
export interface Closure {
  (...args: readonly unknown[]): unknown;
  arity: number;
}

/** The steps for calling a lambda. */
const LAMBDA_STEPS = 1.5;

/** Calls a function value; tail calls run in a loop here. */
export function apply(
  evaluation: Evaluation,
  procedure: unknown,
  args: readonly unknown[],
  input: unknown,
  depth: number,
): unknown {
  let result = applyOnce(evaluation, procedure, args, input, depth);
  while (result instanceof Lambda && result.tailCall !== undefined) {
    const { tailCall, frame, input: thunkInput } = result;
    const next = tailCall.procedure(thunkInput, frame);
    evaluation.step(LAMBDA_STEPS);
    const values: unknown[] = [];
    for (const argument of tailCall.arguments) values.push(argument(thunkInput, frame));
    try {
      result = applyOnce(evaluation, next, values, input, depth);
    } catch (thrown) {
      throw withToken(thrown, tailCall.token);
    }
  }
  return result;
}

function applyOnce(
  evaluation: Evaluation,
  procedure: unknown,
  args: readonly unknown[],
  input: unknown,
  depth: number,
): unknown {
  if (procedure instanceof NativeFunction) {
    const { cost } = procedure;
    evaluation.step(cost.call);
    const valid = procedure.validated(args, input);
    for (const argument of valid) evaluation.read(weigh(argument, cost.depth), cost.item);
    const result = assertHeld(procedure.implementation({ evaluation, input }, valid));
    evaluation.handle(weigh(result, 1));
    return result;
  }
  evaluation.step(LAMBDA_STEPS);
  if (procedure instanceof Lambda) return applyLambda(evaluation, procedure, args, input, depth);
  if (typeof procedure === 'function') return (procedure as Closure)(...args);
  if (procedure instanceof PartialFunction) {
    return applyPartial(evaluation, procedure, args, input, depth);
  }
  throw new JsonataFault('T1006');
}

function applyLambda(
  evaluation: Evaluation,
  lambda: Lambda,
  args: readonly unknown[],
  input: unknown,
  depth: number,
): unknown {
  const valid = lambda.signature === undefined ? args : lambda.signature.validate(args, input);
  assertDepth(depth + 1);
  const names = lambda.parameters;
  const values: unknown[] = [];
  for (let index = 0; index < names.length; index += 1) values.push(valid[index]);
  const frame = new Frame(lambda.frame, evaluation, depth, names, values);
  const outer = evaluation.depth;
  evaluation.depth = depth;
  const result = lambda.body(lambda.input, frame);
  evaluation.depth = outer;
  return result;
}

function applyPartial(
  evaluation: Evaluation,
  partial: PartialFunction,
  args: readonly unknown[],
  input: unknown,
  depth: number,
): unknown {
  let next = 0;
  const filled = partial.template.map((argument) => {
    if (argument !== gap) return argument;
    next += 1;
    return args[next - 1];
  });
  // As in jsonata-js, a partially applied native function does not check its arguments.
  if (partial.target instanceof NativeFunction) {
    return partial.target.implementation({ evaluation, input }, filled);
  }
  return apply(evaluation, partial.target, filled, input, depth);
}

/** Wraps a function value, so that the library can call it as a function. */
export function toClosure(evaluation: Evaluation, procedure: unknown): Closure {
  const closure: Closure = Object.assign(
    (...args: readonly unknown[]) => apply(evaluation, procedure, args, null, evaluation.depth + 2),
    { arity: arityOf(procedure) },
  );
  return closure;
}

export function arityOf(procedure: unknown): number {
  if (typeof procedure === 'function') {
    const { arity } = procedure as Partial<Closure>;
    return arity ?? procedure.length;
  }
  if (isCallable(procedure)) return (procedure as { arity?: number }).arity ?? 0;
  return 0;
}

/** Adds the name of the function to an error that does not have it. */
export function withToken(thrown: unknown, token: string | undefined): unknown {
  if (token !== undefined && typeof thrown === 'object' && thrown !== null) {
    const fault = thrown as { token?: string };
    if (!(thrown instanceof RangeError)) fault.token ??= token;
  }
  return thrown;
}
