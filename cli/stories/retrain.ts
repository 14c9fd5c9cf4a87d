import {
  ABALONES,
  approve,
  CHANGED,
  countRows,
  describeModel,
  Fishery,
  proveDrifted,
  watchTraining,
} from './fishery.ts';
import { abaloneScenery } from './scenery.ts';
import { prove, type WatchingStory } from './story.ts';

/** (15) */
export const retrain: WatchingStory = {
  name: 'retrain',
  title:
    'The requests change: without labels nothing is trained, with them a model is, and once it is approved the drift is over.',
  scenery: abaloneScenery,
  async watch(scene) {
    const fishery = new Fishery(scene);
    const before = await describeModel(scene, scene.trained);
    const rowsBefore = await countRows(scene, `${before['folder']}dataset/data.csv`);
    scene.tell(
      `From now on abalones are weighed with the water that they hold: ${CHANGED.column} doubles. ${ABALONES} are asked for.`,
    );
    const first = await fishery.next(1);
    const refused = await fishery.decision(1);

    scene.tell('The next ones drift too. This time the rings of all were counted: labels arrive.');
    const second = await fishery.next(2, { isLabelled: true });
    const decided = await fishery.decision(2);
    const model = await watchTraining(scene, decided);

    scene.tell('The model waits for a person, who approves it.');
    const { status, live } = await approve(scene, model.arn);

    scene.tell('The same kind of abalones is asked for.');
    const last = await fishery.next(3);
    return [
      proveDrifted('first', first),
      prove(
        `The first decision: ${refused.outcome}. ${refused.reason}`,
        refused.outcome === 'Not enough new rows' && refused.rows?.newRows === 0,
      ),
      proveDrifted('second', second),
      prove(
        `The second decision: ${decided.outcome}. ${decided.reason}`,
        decided.outcome === 'Training started' && decided.rows?.newRows === 2 * ABALONES,
      ),
      prove(
        `It was trained on ${model.rows} rows: the ${rowsBefore} of the first model and the new ones.`,
        model.rows === rowsBefore + 2 * ABALONES,
      ),
      prove(
        `The new model, started by ${model.startedBy}, waited for a person: ${model.status}.`,
        model.status === 'PendingManualApproval' && model.startedBy === 'retraining',
      ),
      prove('Approved, it serves.', status === 'SUCCEEDED' && live === model.arn),
      prove(`The window after it: ${last.outcome}.`, last.outcome === 'No drift'),
    ];
  },
};
