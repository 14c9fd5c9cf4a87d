import { findRollback } from '../../operations/index.ts';
import { prove, proveEnd, proveLive, proveUndisturbed, type Story } from './story.ts';

const REQUESTS_PER_SECOND = 50;

/** (8) */
export const rejectedModel: Story = {
  name: 'rejected-model',
  title: 'A live model that is rejected is replaced by the one approved before it.',
  async play(stage) {
    const { promotions, connection, project } = stage;
    const before = await promotions.livePackage();
    const unloved = await stage.register('unloved', 'good');
    stage.tell('A model is approved and goes live.');
    const live = await stage.follow(await promotions.begin(unloved, 'Approved'));

    const load = stage.load(REQUESTS_PER_SECOND);
    stage.tell('It is rejected, as "stepmill rollback" does.');
    const rejected = await findRollback(connection, project);
    const promotion = await stage.follow(await promotions.begin(rejected, 'Rejected'));
    const seen = await load.stop();

    return {
      promotions: [live, promotion],
      load: seen,
      proofs: [
        proveEnd(live, 'Live'),
        prove(`The rejected model is the one that was live: ${rejected}.`, rejected === unloved),
        proveEnd(promotion, 'Live'),
        proveUndisturbed(seen),
        proveLive(await promotions.livePackage(), before),
      ],
    };
  },
};
