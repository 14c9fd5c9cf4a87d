import { GetExecutionHistoryCommand, type HistoryEvent } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import type { AnswerOf, Routes } from '../../api/index.ts';
import type { ProjectFacts, ProjectParameter } from '../../events/index.ts';
import { type Bake, findBake, type Rollout } from '../../operations/index.ts';
import type { Api, KnownProject } from './api-state.ts';
import { lastExecutions, parse, timeOf } from './executions.ts';

type Described = AnswerOf<Routes['getEndpoint']>['bake'];

/**
 * The wait in which an alarm still takes the new model back, in whichever place it serves; null while there is none.
 *
 * @param now milliseconds since 1970, by the clock that counts
 */
export async function readBake(
  api: Api,
  known: KnownProject,
  rollout: Rollout,
  now: number,
): Promise<Described> {
  switch (known.facts.serving.type) {
    case 'instances':
    case 'serverless':
      return readEndpointBake(rollout, now);
    case 'lambda':
      return readShiftBake(api, known, rollout, now);
    case 'container':
      return readDeploymentBake(known, rollout, now);
  }
}

/** SageMaker says since when, and for how long. */
function readEndpointBake(rollout: Rollout, now: number): Described {
  const bake = findBake(rollout);
  return bake === undefined ? null : describe(bake, now);
}

/** Of the shares that the promotion gives to a new version of the function, one after another. */
async function readShiftBake(
  api: Api,
  { facts, resources }: KnownProject,
  { fleets }: Rollout,
  now: number,
): Promise<Described> {
  const events = await lastEvents(api, resources);
  const shift = events.map(readShift).find((each) => each !== undefined);
  if (shift === undefined || shift.step < 0) return null;
  const { isLast, seconds = 0 } = findStep(facts.serving.rollout, shift.step);
  // After an alarm, all requests are with the version before.
  if (isLast !== (fleets.length === 1)) return null;
  const since = new Date(shift.since);
  return now - since.getTime() >= seconds * 1_000 ? null : describe({ since, seconds }, now);
}

/** ECS counts by itself, and says only that it does. */
function readDeploymentBake({ facts }: KnownProject, { fleets }: Rollout, now: number): Described {
  const isBaking = fleets.some(({ phases }) => phases.some(({ status }) => status === 'BAKE_TIME'));
  if (!isBaking) return null;
  const seconds = facts.serving.rollout?.bakeSeconds;
  return { ...(seconds === undefined ? {} : { seconds }), asOf: timeOf(new Date(now)) };
}

/** Which share the promotion has given last, and since when: a variable of `workflows/promotion/places/function/shift.ts`. */
const shiftSchema = z.object({ step: z.number(), since: z.string() });

/** While one share bakes: some ten events every look, and looks every 15 seconds. */
const READ_EVENTS = 1_000;

function readShift({ stateExitedEventDetails }: HistoryEvent) {
  const text = stateExitedEventDetails?.assignedVariables?.['shift'];
  return shiftSchema.safeParse(parse(text ?? '')).data;
}

/** The last share is all requests, and bakes; those before are watched for `waitSeconds`. */
function findStep(rollout: ProjectFacts['serving']['rollout'], step: number) {
  const isLast = step >= countSteps(rollout) - 1;
  return { isLast, seconds: isLast ? rollout?.bakeSeconds : rollout?.waitSeconds };
}

function countSteps(rollout: ProjectFacts['serving']['rollout']): number {
  if (rollout?.type === 'canary') return 2;
  return rollout?.type === 'linear' ? Math.ceil(100 / (rollout.stepPercent ?? 100)) : 1;
}

function describe({ since, seconds }: Bake, now: number) {
  return {
    since: timeOf(since),
    ...(seconds === undefined ? {} : { seconds }),
    asOf: timeOf(new Date(Math.max(now, since.getTime()))),
  };
}

/** What the promotion that runs did last, the newest first; nothing where none runs. */
async function lastEvents(api: Api, resources: ProjectParameter): Promise<readonly HistoryEvent[]> {
  const [last] = await lastExecutions(api, resources, 'promotion', 1);
  if (last?.status !== 'RUNNING') return [];
  const { executionArn } = last;
  const { events = [] } = await api.clients.states.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: READ_EVENTS }),
  );
  return events;
}
