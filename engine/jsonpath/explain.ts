import type { Json, JsonObject } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { writeJson } from '../json-numbers.ts';
import { compileJsonPath, type PathScope } from './evaluate.ts';
import { isDefiniteStep, isInnerGroup, type JsonPath, type PathStep } from './path.ts';
import { renderRoot, renderStep } from './render.ts';

/**
 * The reason why a path has no result, in the words of Jayway JsonPath, which AWS shows after
 * `Invalid path '…' : `; undefined if it has a result. The message for a member that is missing at the end of a path
 * was recorded on AWS. Users report two more, from which the version of the library follows, 2.0.0:
 * https://github.com/awsdocs/aws-step-functions-developer-guide/pull/5 and
 * https://gist.github.com/deric4/733eb129a10b13530cebaa3b70031c77. The others are in the same version:
 * https://github.com/json-path/JsonPath/tree/json-path-2.0.0/json-path/src/main/java/com/jayway/jsonpath/internal/token
 */
export function explainMissing({ root, steps }: JsonPath, scope: PathScope): string | undefined {
  let place = root.kind === 'variable' ? renderRoot(root) : '$';
  let node = compileJsonPath({ root, steps: [] })(scope);
  if (node === undefined) return `No results for path: ${place}${steps.map(renderStep).join('')}`;
  for (const [at, step] of steps.entries()) {
    const problem = whyNot({ steps, at, place, node });
    if (problem !== undefined) return problem;
    // After the first step that can find several nodes, no node is missing.
    if (!isDefiniteStep(step) || step.kind === 'descendants') return whyNotInner(steps, at, place);
    node = next(step, node);
    place += renderStep(step);
  }
  return undefined;
}

/** A step of a path, with the node it is applied to. */
interface Stage {
  readonly steps: readonly PathStep[];
  readonly at: number;
  /** The path so far. */
  readonly place: string;
  readonly node: Json | undefined;
}

function whyNot(stage: Stage): string | undefined {
  const { steps, at, place, node } = stage;
  const step = steps[at];
  switch (step?.kind) {
    case 'properties':
      return whyNoMember(step, node, place, at === steps.length - 1);
    case 'indexes':
    case 'slice':
      if (Array.isArray(node)) return undefined;
      if (node === undefined) return `The path ${place} is null`;
      return `Filter: ${renderRest(stage)} can only be applied to arrays. Current context is: ${writeJson(node)}`;
    case 'filter':
      if (Array.isArray(node) || isJsonObject(node)) return undefined;
      return `Filter: ${renderRest(stage)} can not be applied to primitives. Current context is: ${writeJson(node ?? null)}`;
    case 'wildcard':
    case 'descendants':
    case undefined:
      return undefined;
  }
}

function renderRest({ steps, at }: Stage): string {
  return steps.slice(at).map(renderStep).join('');
}

function whyNoMember(
  step: PathStep & { readonly kind: 'properties' },
  node: Json | undefined,
  place: string,
  isLast: boolean,
): string | undefined {
  if (!isJsonObject(node)) return `Property ${renderStep(step)} not found in path ${place}`;
  const [name = '', ...others] = step.names;
  if (others.length > 0) return isLast ? undefined : notLast(step, place);
  if (Object.hasOwn(node, name)) return undefined;
  return isLast
    ? `No results for path: ${place}${renderStep(step)}`
    : `Missing property in path ${place}${renderStep(step)}`;
}

/** The error for several names before the end of a path. */
function notLast(step: PathStep, place: string): string {
  const names = renderStep(step).replaceAll("','", "', '");
  return `Multi properties can only be used as path leafs: ${place}${names}`;
}

/** Finds several names before the end of a path, after a step that can find several nodes. */
function whyNotInner(steps: readonly PathStep[], from: number, place: string): string | undefined {
  const at = steps.findIndex((step, index) => index > from && isInnerGroup(step, index, steps));
  const step = steps[at];
  if (step === undefined) return undefined;
  return notLast(step, `${place}${steps.slice(from, at).map(renderStep).join('')}`);
}

function next(step: PathStep, node: Json | undefined): Json | undefined {
  if (step.kind === 'properties') return (node as JsonObject)[step.names[0] ?? ''];
  if (step.kind !== 'indexes' || !Array.isArray(node)) return undefined;
  const [index = 0] = step.indexes;
  return (node as readonly Json[]).at(index);
}
