import { Duration } from 'aws-cdk-lib';
import {
  type IChainable,
  Map,
  ProvideItems,
  type State,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { choose, when } from '../choice.ts';
import { functionMessage, jsonata, quote } from '../jsonata.ts';
import { type Guardable, retryFunction } from '../tasks/index.ts';
import type { HandoverResources } from './source.ts';

/** Lambda's own limit; a layer is copied by one function. */
const STEP_TIMEOUT = Duration.minutes(15);
const CONCURRENT_LAYERS = 4;
/** The name of the handler's error for an image that is not copied, whatever is tried. */
const REFUSED = 'ImageRefused';

const payload = '$states.result.Payload';

/** Whether an image is in a repository that the environment before shares. */
function isKnown(image: string, { images }: HandoverResources): string {
  const known = images.from.flatMap((uri) => [`${uri}:`, `${uri}@`]);
  const tests = known.map((prefix) => `$substringBefore(${image}, ${quote(prefix)}) = ""`);
  return tests.length === 0 ? 'false' : `(${tests.join(' or ')})`;
}

/** An image of an account before, in a repository that nobody else can read. */
export function hasOtherImage(handover: HandoverResources) {
  const accounts = handover.images.accounts.map(
    (account) => `$contains(Image, ${quote(`${account}.dkr.ecr.`)})`,
  );
  return when(
    `$count($package.containers[(${accounts.join(' or ')}) and $not(${isKnown('Image', handover)})]) > 0`,
  );
}

/** Why such an image is refused, as JSONata. */
export function otherImageReason({ images, source }: HandoverResources): string {
  const remedy =
    images.from.length === 0
      ? 'A serverless endpoint takes images of its own account only, so no image can be shared with it: choose handover: copy.'
      : `Push it to ${images.from.join(' or ')}, and register the package with that.`;
  return `"The package has an image of the account " & ${quote(images.accounts.join(' or '))} & ", which is the environment ${source.names.environment} or one before it, in a repository that no handover reads: its images are " & $join($package.containers.Image, ", ") & ". " & ${quote(remedy)}`;
}

interface CopyImagesProps {
  readonly next: IChainable;
  /** What follows where an image is refused; the reason is in `$refusal`. */
  readonly refused: IChainable;
  readonly guard: <Task extends Guardable>(task: Task) => Task;
}

/** Copies the package's own images, or only pins them where they stay; without any it goes on. */
export function copyImages(
  scope: Construct,
  handover: HandoverResources,
  { next, refused, guard }: CopyImagesProps,
): State {
  const all = Map.jsonata(scope, 'Copy images', {
    comment: 'One after the other, so that layers of both are copied once',
    items: ProvideItems.jsonata(
      jsonata(`[$distinct($package.containers[${isKnown('Image', handover)}].Image)]`),
    ),
    itemSelector: { image: jsonata('$states.context.Map.Item.Value') },
    maxConcurrency: 1,
    assign: { images: jsonata('$states.result') },
    outputs: {},
  }).itemProcessor(copyImage(scope, handover));
  all.addCatch(refused, {
    errors: [REFUSED],
    assign: { refusal: jsonata(functionMessage('$states.errorOutput.Cause')) },
    outputs: {},
  });
  guard(all);
  all.next(next);
  return choose(scope, 'Own images?')
    .when(when(`$count($package.containers[${isKnown('Image', handover)}]) > 0`), all)
    .otherwise(next);
}

function copyImage(scope: Construct, handover: HandoverResources): IChainable {
  const { to } = handover.images;
  const plan = invoke(scope, 'Plan image', handover, {
    payload: {
      step: 'plan',
      from: jsonata('$states.input.image'),
      ...(to === undefined ? {} : { to }),
    },
    outputs: {
      image: jsonata('$states.input.image'),
      from: jsonata(`${payload}.from`),
      to: jsonata(`${payload}.to`),
      ...(to === undefined ? {} : { layers: jsonata(`[${payload}.layers]`) }),
    },
  });
  if (to === undefined) return plan;
  const put = invoke(scope, 'Put image', handover, {
    payload: { step: 'put', from: jsonata('$states.input.from'), to },
    outputs: { image: jsonata('$states.input.image'), to: jsonata('$states.input.to') },
  });
  return plan.next(copyLayers(scope, handover, to)).next(put);
}

function copyLayers(scope: Construct, handover: HandoverResources, to: string): Map {
  const copy = invoke(scope, 'Copy layer', handover, {
    payload: {
      step: 'layer',
      from: jsonata('$states.input.from'),
      to,
      layer: jsonata('$states.input.layer'),
    },
    outputs: {},
  });
  copy.addRetry({
    // An address is good for an hour; the next attempt asks for another one.
    errors: ['LayerUnreadable', 'TimeoutError', 'ServerException', 'ThrottlingException'],
    interval: Duration.seconds(5),
    maxAttempts: 3,
    backoffRate: 2,
  });
  return Map.jsonata(scope, 'Copy layers', {
    items: ProvideItems.jsonata(jsonata('$states.input.layers')),
    itemSelector: {
      from: jsonata('$states.input.from'),
      layer: jsonata('$states.context.Map.Item.Value'),
    },
    maxConcurrency: CONCURRENT_LAYERS,
    outputs: jsonata('$states.input'),
  }).itemProcessor(copy);
}

interface Step {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly outputs: unknown;
}

function invoke(
  scope: Construct,
  id: string,
  { images }: HandoverResources,
  step: Step,
): LambdaInvoke {
  const task = LambdaInvoke.jsonata(scope, id, {
    lambdaFunction: images.copyImage,
    payload: TaskInput.fromObject({ ...step.payload }),
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(STEP_TIMEOUT),
    outputs: step.outputs,
  });
  task.addRetry(retryFunction);
  return task;
}

/** An expression for the image that a copied package names, `$imageOf`; SageMaker's stay as they are. */
export const imageOf = `$imageOf := function($image) {(
  $found := $images[image = $image];
  $exists($found) ? $found[0].to : $image
)};`;
