import { setOwn } from '../set-own.ts';
import {
  apply,
  type Evaluate,
  gap,
  Lambda,
  NativeFunction,
  PartialFunction,
  toClosure,
  withToken,
} from './callable.ts';
import { weigh, weighComparison } from './cost.ts';
import { JsonataFault, limitMessages } from './fault.ts';
import { assertDepth, Frame, MAXIMUM_DEPTH_LEVELS, NODE_STEPS, unbound } from './frame.ts';
import { compileGroup } from './group.ts';
import { lookupVariable, textOf, transformSignature } from './library.ts';
import { createMatcher } from './matcher.ts';
import {
  compareNumbers,
  evaluateArithmetic,
  evaluateComparison,
  evaluateRange,
} from './operators.ts';
import { compileFilter, compilePath } from './path.ts';
import { inside, must, type Place } from './place.ts';
import { parseSyntax, type SyntaxNode } from './syntax.ts';
import {
  append,
  assertHeld,
  createSequence,
  isArray,
  isCallable,
  isDeepEqual,
  isNumeric,
  isPlainObject,
  isTruthy,
  lookup,
  normalise,
  type Sequence,
} from './values.ts';

/** Compiles a syntax tree of the jsonata package to one function, once per expression. */
function compileNode(node: SyntaxNode, place: Place): Evaluate {
  let evaluate = compileBare(node, place);
  for (const predicate of node.predicate ?? []) {
    evaluate = compileFilter(evaluate, must(predicate.expr), inside(place));
  }
  if (node.group !== undefined && node.type !== 'path') {
    evaluate = compileGroup(evaluate, node.group, inside(place));
  }
  if (!yieldsScalar(node)) evaluate = compileNormalised(evaluate, node.keepArray === true);
  return compileChecked(evaluate, place);
}

function compileNormalised(evaluate: Evaluate, keepArray: boolean): Evaluate {
  if (!keepArray) return (input, frame) => normalise(evaluate(input, frame));
  return (input, frame) => {
    const result = evaluate(input, frame);
    if (isArray(result) && result.sequence === true) result.keepSingleton = true;
    return normalise(result);
  };
}

function compileChecked(evaluate: Evaluate, place: Place): Evaluate {
  const { depth } = place;
  if (place.inLambda) {
    return (input, frame) => {
      assertDepth(frame.depth + depth);
      return evaluate(input, frame);
    };
  }
  if (depth <= MAXIMUM_DEPTH_LEVELS) return evaluate;
  return () => {
    throw new JsonataFault(undefined, { message: limitMessages.depth });
  };
}

/** Whether the value of a node is never a sequence, so that it needs no conversion. */
function yieldsScalar(node: SyntaxNode): boolean {
  if (node.predicate !== undefined) return false;
  return (
    ['string', 'number', 'value', 'regex', 'lambda', 'transform', 'partial'].includes(node.type) ||
    (node.type === 'binary' && node.value !== '..') ||
    (node.type === 'unary' && node.value !== '[')
  );
}

function compileBare(node: SyntaxNode, place: Place): Evaluate {
  const compile = compilers[node.type];
  if (compile === undefined) throw new JsonataFault('S0206', { value: node.type });
  return compile(node, place);
}

const compilers: Readonly<Record<string, (node: SyntaxNode, place: Place) => Evaluate>> = {
  path: compilePath,
  binary: compileBinary,
  unary: compileUnary,
  name: compileName,
  string: compileLiteral,
  number: compileLiteral,
  value: compileLiteral,
  wildcard: () => evaluateWildcard,
  descendant: () => evaluateDescendants,
  parent: compileParent,
  condition: compileCondition,
  block: compileBlock,
  bind: compileBind,
  regex: compileRegex,
  function: (node, place) => compileCall(node, place),
  variable: compileVariable,
  lambda: compileLambda,
  partial: compilePartial,
  apply: compileApply,
  transform: compileTransform,
};

/** The depth up to which a wildcard is charged, because it flattens lists. */
const WILDCARD_DEPTH = 3;

function compileLiteral(node: SyntaxNode): Evaluate {
  const { value } = node;
  return () => value;
}

function compileName(node: SyntaxNode): Evaluate {
  const key = String(node.value);
  return (input, frame) => {
    if (isArray(input)) frame.evaluation.step(input.length);
    return lookup(input, key);
  };
}

function compileParent(node: SyntaxNode): Evaluate {
  const { label } = must(node.slot);
  return (_, frame) => {
    const value = frame.lookup(label);
    return value === unbound ? undefined : value;
  };
}

function compileVariable(node: SyntaxNode): Evaluate {
  const name = String(node.value);
  if (name === '') return (input) => input;
  return (_, frame) => lookupVariable(name, frame);
}

function compileBinary(node: SyntaxNode, place: Place): Evaluate {
  const run = compileOperator(node, place);
  return (input, frame) => {
    frame.evaluation.step(NODE_STEPS);
    return run(input, frame);
  };
}

function compileOperator(node: SyntaxNode, place: Place): Evaluate {
  const lhs = compileNode(node.lhs as SyntaxNode, inside(place));
  const rhs = compileNode(must(node.rhs), inside(place));
  const operator = String(node.value);
  switch (operator) {
    case 'and':
      return compileJunction(lhs, rhs, operator);
    case 'or':
      return compileJunction(lhs, rhs, operator);
    case '&':
      return compileConcatenation(lhs, rhs);
    case '=':
      return (input, frame) => {
        const left = lhs(input, frame);
        const right = rhs(input, frame);
        return areEqual(left, right, frame);
      };
    case '!=':
      return (input, frame) => {
        const left = lhs(input, frame);
        const right = rhs(input, frame);
        return left !== undefined && right !== undefined && !areEqual(left, right, frame);
      };
    case 'in':
      return (input, frame) => {
        const item = lhs(input, frame);
        const list = rhs(input, frame);
        if (Array.isArray(list)) frame.evaluation.read(list.length, 1 / 8);
        return includes(item, list);
      };
    case '..':
      return (input, frame) => {
        const range = evaluateRange(lhs(input, frame), rhs(input, frame));
        frame.evaluation.read(range?.length ?? 0, 1 / 3);
        return range;
      };
    case '<':
    case '<=':
    case '>':
    case '>=':
      return (input, frame) => {
        const left = lhs(input, frame);
        const right = rhs(input, frame);
        return typeof left === 'number' && typeof right === 'number'
          ? compareNumbers(operator, left, right)
          : evaluateComparison(operator, left, right);
      };
    default:
      return (input, frame) => evaluateArithmetic(operator, lhs(input, frame), rhs(input, frame));
  }
}

function compileConcatenation(lhs: Evaluate, rhs: Evaluate): Evaluate {
  return (input, frame) => {
    const left = lhs(input, frame);
    const right = rhs(input, frame);
    const text = assertHeld(textOrEmpty(left, '&') + textOrEmpty(right, '&'));
    // Joining two texts does not read them.
    if (typeof left === 'object' || typeof right === 'object') {
      frame.evaluation.read(text.length, 1 / 2);
    }
    if (isFraction(left) || isFraction(right)) frame.evaluation.step(FRACTION_STEPS);
    return text;
  };
}

/** The steps for writing a number that is not an integer, because the package rounds it first. */
const FRACTION_STEPS = 5;

function isFraction(value: unknown): boolean {
  return typeof value === 'number' && !Number.isInteger(value);
}

function areEqual(left: unknown, right: unknown, frame: Frame): boolean {
  if (left === undefined || right === undefined) return false;
  frame.evaluation.read(weighComparison(left), 3);
  return isDeepEqual(left, right);
}

/** The effective boolean value; every item of a list is checked. */
function holds(value: unknown, frame: Frame): boolean {
  if (Array.isArray(value)) frame.evaluation.read(weighComparison(value), 1 / 4);
  return isTruthy(value);
}

function compileJunction(lhs: Evaluate, rhs: Evaluate, operator: 'and' | 'or'): Evaluate {
  return (input, frame) => {
    const left = lhs(input, frame);
    try {
      const truthy = holds(left, frame);
      if (truthy === (operator === 'or')) return truthy;
      return holds(rhs(input, frame), frame);
    } catch (thrown) {
      // jsonata-js adds the operator to any error of its right side.
      if (!(thrown instanceof RangeError)) (thrown as { token?: string }).token = operator;
      throw thrown;
    }
  };
}

function textOrEmpty(value: unknown, operator: string): string {
  if (typeof value === 'string') return value;
  if (value === undefined) return '';
  try {
    return textOf(value) ?? '';
  } catch (thrown) {
    throw withToken(thrown, operator);
  }
}

function includes(item: unknown, list: unknown): boolean {
  if (item === undefined || list === undefined) return false;
  return Array.isArray(list) ? list.includes(item) && !Number.isNaN(item) : list === item;
}

function compileUnary(node: SyntaxNode, place: Place): Evaluate {
  if (node.value === '-') return compileNegation(node, place);
  if (node.value === '[') return compileArray(node, place);
  return compileGroup(
    (input) => input,
    {
      lhs: node.lhs as readonly (readonly [SyntaxNode, SyntaxNode])[],
    },
    inside(place),
  );
}

function compileNegation(node: SyntaxNode, place: Place): Evaluate {
  const operand = compileNode(must(node.expression), inside(place));
  return (input, frame) => {
    const value = operand(input, frame);
    if (value === undefined) return undefined;
    if (isNumeric(value)) return -value;
    throw new JsonataFault('D1002', { token: '-', value });
  };
}

function compileArray(node: SyntaxNode, place: Place): Evaluate {
  const items = (node.expressions ?? []).map((item) => ({
    evaluate: compileNode(item, inside(place)),
    nested: item.value === '[',
  }));
  const marked = node.consarray === true;
  return (input, frame) => {
    frame.evaluation.step(items.length * NODE_STEPS);
    let result: Sequence = [];
    for (const item of items) {
      const value = item.evaluate(input, frame);
      if (value === undefined) continue;
      if (item.nested || !isArray(value)) result.push(value);
      else if (value.length > 64) result = append(result, value) as Sequence;
      else for (const member of value) result.push(member);
    }
    assertHeld(result);
    frame.evaluation.read(result.length, 1 / 8);
    if (marked) Object.defineProperty(result, 'cons', { enumerable: false, value: true });
    return result;
  };
}

function compileCondition(node: SyntaxNode, place: Place): Evaluate {
  const condition = compileNode(must(node.condition), inside(place));
  const then = compileNode(must(node.then), inside(place));
  if (node.else === undefined) {
    return (input, frame) =>
      holds(condition(input, frame), frame) ? then(input, frame) : undefined;
  }
  const otherwise = compileNode(node.else, inside(place));
  return (input, frame) => {
    frame.evaluation.step(NODE_STEPS);
    return holds(condition(input, frame), frame) ? then(input, frame) : otherwise(input, frame);
  };
}

function compileBlock(node: SyntaxNode, place: Place): Evaluate {
  const expressions = (node.expressions ?? []).map((each) => compileNode(each, inside(place)));
  const [only] = expressions;
  const binds = containsBind(node.expressions ?? []);
  if (expressions.length === 1 && only !== undefined && !binds) return only;
  return (input, frame) => {
    frame.evaluation.step(expressions.length * NODE_STEPS);
    const scope = binds ? new Frame(frame, frame.evaluation, frame.depth) : frame;
    let result: unknown;
    for (const expression of expressions) result = expression(input, scope);
    return result;
  };
}

/** Only a block that binds variables needs a frame of its own. */
function containsBind(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(containsBind);
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return false;
  if ((value as SyntaxNode).type === 'bind') return true;
  return Object.values(value).some(containsBind);
}

function compileBind(node: SyntaxNode, place: Place): Evaluate {
  const name = String((node.lhs as SyntaxNode).value);
  const value = compileNode(must(node.rhs), inside(place));
  return (input, frame) => {
    const bound = value(input, frame);
    frame.bind(name, bound);
    return bound;
  };
}

function compileRegex(node: SyntaxNode): Evaluate {
  const pattern = node.value as RegExp;
  return (_, frame) => createMatcher(pattern, frame.evaluation);
}

function compileLambda(node: SyntaxNode, place: Place): Evaluate {
  const parameters = (node.arguments ?? []).map((parameter) => String(parameter.value));
  const body = must(node.body);
  if (node.thunk === true) {
    const call = compileTailCall(body, place);
    return (input, frame) => new Lambda(call, input, frame);
  }
  const shape = {
    parameters,
    body: compileNode(body, { ...place, depth: 1, inLambda: true }),
    signature: node.signature,
    tailCall: undefined,
  };
  return (input, frame) => new Lambda(shape, input, frame);
}

/** A tail call, which jsonata's parser wraps in a lambda; the loop in `apply` makes the call. */
function compileTailCall(call: SyntaxNode, place: Place) {
  const procedure = must(call.procedure);
  return {
    parameters: [],
    body: compileBare(call, place),
    signature: undefined,
    tailCall: {
      procedure: compileNode(procedure, inside(place)),
      arguments: (call.arguments ?? []).map((each) => compileNode(each, inside(place))),
      token: procedure.type === 'variable' ? String(procedure.value) : undefined,
    },
  };
}

function compileCall(node: SyntaxNode, place: Place, context?: Evaluate): Evaluate {
  const procedureNode = must(node.procedure);
  const procedure = compileNode(procedureNode, inside(place));
  const args = (node.arguments ?? []).map((each) => compileNode(each, inside(place)));
  const token = nameOf(procedureNode);
  const { depth } = place;
  return (input, frame) => {
    const { evaluation } = frame;
    const first = context === undefined ? undefined : context(input, frame);
    const target = procedure(input, frame);
    if (target === undefined) assertNotMisspelt(procedureNode, frame, 'T1005');
    const values: unknown[] = context === undefined ? [] : [first];
    for (const argument of args) {
      const value = argument(input, frame);
      values.push(isCallable(value) ? toClosure(evaluation, value) : value);
    }
    const outer = evaluation.depth;
    evaluation.depth = frame.depth + depth;
    try {
      const result = apply(evaluation, target, values, input, frame.depth + depth);
      evaluation.depth = outer;
      return result;
    } catch (thrown) {
      throw withToken(thrown, token);
    }
  };
}

/** The name of a function in errors; undefined if it has no name. */
function nameOf(procedure: SyntaxNode): string | undefined {
  const value = procedure.type === 'path' ? procedure.steps?.[0]?.value : procedure.value;
  return typeof value === 'string' ? value : undefined;
}

/** Suggests the `$` that is missing before a function's name. */
function assertNotMisspelt(procedure: SyntaxNode, frame: Frame, code: string): void {
  if (procedure.type !== 'path') return;
  const name = String(procedure.steps?.[0]?.value);
  if (lookupVariable(name, frame) !== undefined) throw new JsonataFault(code, { token: name });
}

function compilePartial(node: SyntaxNode, place: Place): Evaluate {
  const procedureNode = must(node.procedure);
  const procedure = compileNode(procedureNode, inside(place));
  const args = (node.arguments ?? []).map((each) =>
    each.type === 'operator' && each.value === '?' ? undefined : compileNode(each, inside(place)),
  );
  return (input, frame) => {
    const template = args.map((argument) =>
      argument === undefined ? gap : argument(input, frame),
    );
    const target = procedure(input, frame);
    if (target === undefined) assertNotMisspelt(procedureNode, frame, 'T1007');
    if (isCallable(target)) return new PartialFunction(target, template);
    throw new JsonataFault('T1008', { token: nameOf(procedureNode) });
  };
}

function compileApply(node: SyntaxNode, place: Place): Evaluate {
  const lhs = compileNode(node.lhs as SyntaxNode, inside(place));
  const rhsNode = must(node.rhs);
  if (rhsNode.type === 'function') return compileCall(rhsNode, place, lhs);
  const rhs = compileNode(rhsNode, inside(place));
  const { depth } = place;
  return (input, frame) => {
    const value = lhs(input, frame);
    const target = rhs(input, frame);
    if (!isCallable(target)) throw new JsonataFault('T2006', { value: target });
    const { evaluation } = frame;
    if (isCallable(value)) {
      // Chaining combines the functions of both sides.
      return new NativeFunction(
        (_, [argument]) => {
          const inner = apply(evaluation, value, [argument], null, frame.depth + depth + 1);
          return apply(evaluation, target, [inner], null, frame.depth + depth);
        },
        undefined,
        1,
      );
    }
    return apply(evaluation, target, [value], null, frame.depth + depth);
  };
}

function compileTransform(node: SyntaxNode, place: Place): Evaluate {
  const pattern = compileNode(must(node.pattern), inside(place));
  const update = compileNode(must(node.update), inside(place));
  const remove = node.delete === undefined ? undefined : compileNode(node.delete, inside(place));
  return (_, frame) =>
    new NativeFunction(
      (__, [value]) => {
        if (value === undefined) return undefined;
        const clone = lookupVariable('clone', frame);
        if (!isCallable(clone)) throw new JsonataFault('T2013');
        const copy = apply(frame.evaluation, clone, [value], null, frame.depth + place.depth);
        const matches = pattern(copy, frame);
        for (const match of matches === undefined ? [] : isArray(matches) ? matches : [matches]) {
          frame.evaluation.step();
          updateMatch(match, update(match, frame));
          if (remove !== undefined) deleteMembers(match, remove(match, frame));
        }
        return copy;
      },
      transformSignature,
      1,
    );
}

function updateMatch(match: unknown, update: unknown): void {
  if (update === undefined) return;
  if (typeof update !== 'object' || update === null || Array.isArray(update)) {
    throw new JsonataFault('T2011', { value: update });
  }
  for (const [key, value] of Object.entries(update)) {
    setOwn(match as Record<string, unknown>, key, value);
  }
}

function deleteMembers(match: unknown, deletions: unknown): void {
  if (deletions === undefined) return;
  const keys: readonly unknown[] = Array.isArray(deletions) ? deletions : [deletions];
  if (keys.some((key) => typeof key !== 'string')) {
    throw new JsonataFault('T2012', { value: deletions });
  }
  if (typeof match !== 'object' || match === null) return;
  for (const key of keys) delete (match as Record<string, unknown>)[String(key)];
}

function evaluateWildcard(input: unknown, frame: Frame): unknown {
  let results: unknown = createSequence();
  if (typeof input === 'object' && input !== null && !isCallable(input)) {
    frame.evaluation.read(weigh(input, WILDCARD_DEPTH), 1);
    for (const value of Object.values(input)) {
      if (Array.isArray(value)) results = append(results, value.flat(Number.POSITIVE_INFINITY));
      else (results as Sequence).push(value);
    }
  }
  // As in jsonata-js, `append` returns a plain array for arrays.
  return results;
}

function evaluateDescendants(input: unknown, frame: Frame): unknown {
  if (input === undefined) return undefined;
  const found = createSequence();
  collectDescendants(input, found, frame);
  return found.length === 1 ? found[0] : found;
}

function collectDescendants(input: unknown, found: Sequence, frame: Frame): void {
  frame.evaluation.step();
  if (!Array.isArray(input)) found.push(input);
  if (Array.isArray(input)) {
    for (const item of input) collectDescendants(item, found, frame);
  } else if (isPlainObject(input)) {
    for (const value of Object.values(input)) collectDescendants(value, found, frame);
  }
}

/** @throws the jsonata package's error if the text is not an expression */
export function compileText(text: string): Evaluate {
  return compileNode(parseSyntax(text), { depth: 1, inLambda: false, compile: compileNode });
}
