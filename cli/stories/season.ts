import { UserError } from '../terminal/user-error.ts';
import { ABALONES, approve, CHANGED, Fishery, proveDrifted, watchTraining } from './fishery.ts';
import { SEASON_BUDGET, seasonScenery } from './scenery.ts';
import { prove, type WatchingStory } from './story.ts';

/** Windows of the dry season, of five minutes and more: the cool-down is an hour. */
const MAXIMUM_DRY_WINDOWS = 20;
const FIRST_DRY_SEED = 11;

/** (16) */
export const season: WatchingStory = {
  name: 'season',
  title: 'A season comes and goes: it is trained for once, and then the budget is spent.',
  scenery: seasonScenery,
  async watch(scene) {
    const fishery = new Fishery(scene);
    scene.tell(`The wet season: ${CHANGED.column} doubles. All labels arrive.`);
    const wet = await fishery.next(1, { isLabelled: true, count: 2 * ABALONES });
    const decided = await fishery.decision(1);
    const model = await watchTraining(scene, decided);
    const { live } = await approve(scene, model.arn);

    scene.tell(
      'The dry season: weights are again as they were. Each window of it drifts, and asks.',
    );
    const dry = await passDrySeason(fishery);

    scene.tell('The wet season comes again, which the live model knows.');
    const again = await fishery.next(2);
    const last = dry.at(-1);
    return [
      proveDrifted('first', wet),
      prove(`It was trained for: ${decided.outcome}.`, decided.outcome === 'Training started'),
      prove('The new model serves.', live === model.arn),
      prove(
        `In the dry season ${dry.length} windows asked. The last decision: ${last?.outcome}. ${last?.reason}`,
        last?.outcome === 'Budget spent',
      ),
      prove(
        `No more trainings than the budget of ${SEASON_BUDGET}.`,
        dry.every(({ outcome }) => outcome === 'Cooling down' || outcome === 'Budget spent'),
      ),
      prove(`The next wet window: ${again.outcome}.`, again.outcome === 'No drift'),
    ];
  },
};

/** Judges windows of it until the cool-down is over. @returns what was decided after each */
async function passDrySeason(fishery: Fishery) {
  const decisions: Awaited<ReturnType<Fishery['decision']>>[] = [];
  while (decisions.length < MAXIMUM_DRY_WINDOWS) {
    await fishery.next(FIRST_DRY_SEED + decisions.length, { isWet: false });
    const decision = await fishery.decision(decisions.length + 2);
    decisions.push(decision);
    if (decision.outcome !== 'Cooling down') return decisions;
  }
  throw new UserError(
    `After ${MAXIMUM_DRY_WINDOWS} windows the cool-down is not over; the story ended here.`,
  );
}
