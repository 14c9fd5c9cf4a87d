import type { Json, JsonObject } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { compileJsonPath, type PathScope } from './evaluate.ts';
import { isDefiniteStep, type JsonPath, type PathStep } from './path.ts';
import { renderRoot, renderStep } from './render.ts';

/**
 * Why a path gives no result, in the words of Jayway JsonPath, which AWS passes on behind
 * `Invalid path '…' : `; undefined if it gives one. Seen on AWS is the sentence for a member that is missing at
 * the end of a path, the others are those that Jayway 2 has beside it.
 * https://github.com/json-path/JsonPath/tree/json-path-2.9.0/json-path/src/main/java/com/jayway/jsonpath/internal/path
 */
export function explainMissing({ root, steps }: JsonPath, scope: PathScope): string | undefined {
  let place = root.kind === 'variable' ? renderRoot(root) : '$';
  let node = compileJsonPath({ root, steps: [] })(scope);
  if (node === undefined) return `No results for path: ${place}${steps.map(renderStep).join('')}`;
  for (const [at, step] of steps.entries()) {
    const problem = whyNot(step, node, place, steps.slice(at));
    if (problem !== undefined) return problem;
    // Behind the first step that may find several nodes, none is missed.
    if (!isDefiniteStep(step) || step.kind === 'descendants') return undefined;
    node = next(step, node);
    place += renderStep(step);
  }
  return undefined;
}

function whyNot(
  step: PathStep,
  node: Json | undefined,
  place: string,
  rest: readonly PathStep[],
): string | undefined {
  switch (step.kind) {
    case 'properties':
      return whyNoMember(step, node, place, rest.length === 1);
    case 'indexes':
    case 'slice':
      if (Array.isArray(node)) return undefined;
      if (node === undefined) return `The path ${place} is null`;
      return `Filter: ${rest.map(renderStep).join('')} can only be applied to arrays. Current context is: ${JSON.stringify(node)}`;
    case 'filter':
      if (typeof node === 'object' && node !== null) return undefined;
      return `Filter: ${rest.map(renderStep).join('')} can not be applied to primitives. Current context is: ${JSON.stringify(node ?? null)}`;
    case 'wildcard':
    case 'descendants':
      return undefined;
  }
}

function whyNoMember(
  step: PathStep & { readonly kind: 'properties' },
  node: Json | undefined,
  place: string,
  isLast: boolean,
): string | undefined {
  if (!isJsonObject(node)) {
    return `Expected to find an object with property ${renderStep(step)} in path ${place} but found '${nodeClass(node)}'. This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'.`;
  }
  const [name = '', ...others] = step.names;
  if (others.length > 0 || Object.hasOwn(node, name)) return undefined;
  return isLast
    ? `No results for path: ${place}${renderStep(step)}`
    : `Missing property in path ${place}${renderStep(step)}`;
}

function next(step: PathStep, node: Json | undefined): Json | undefined {
  if (step.kind === 'properties') return (node as JsonObject)[step.names[0] ?? ''];
  if (step.kind !== 'indexes' || !Array.isArray(node)) return undefined;
  const [index = 0] = step.indexes;
  return (node as readonly Json[]).at(index);
}

/** The class that a value has in Jackson's tree. */
function nodeClass(node: Json | undefined): string {
  if (node === undefined) return 'null';
  return `com.fasterxml.jackson.databind.node.${nodeName(node)}`;
}

function nodeName(node: Json): string {
  if (node === null) return 'NullNode';
  if (Array.isArray(node)) return 'ArrayNode';
  if (typeof node === 'string') return 'TextNode';
  if (typeof node === 'boolean') return 'BooleanNode';
  if (typeof node !== 'number') return 'ObjectNode';
  if (!Number.isInteger(node)) return 'DoubleNode';
  if (node === (node | 0)) return 'IntNode';
  return Math.abs(node) < 2 ** 63 ? 'LongNode' : 'BigIntegerNode';
}
