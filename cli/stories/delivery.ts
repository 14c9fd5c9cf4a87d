import type { DeliveryScene, ShownDelivery } from './delivery-scene.ts';
import { type DeliveryStory, type Proof, prove } from './story.ts';

/** What a person who approves must have read. */
const REVIEWED = /prod gets commit .*stepmill-prod-abalone: .*abalone on reference data: /s;
const STAGES = [
  ...['Source / Source', 'Check / Check', 'Check / Synthesize', 'Images / Images'],
  ...['Deploy-dev / Deploy-dev', 'Deploy-dev / Smoke-dev', 'Deploy-dev / Watch-dev'],
  ...['Train / Reference', 'Train / Train-abalone', 'Approve-prod / Review-prod'],
  ...['Approve-prod / Approve-prod', 'Deploy-prod / Deploy-prod', 'Deploy-prod / Smoke-prod'],
  'Deploy-prod / Watch-prod',
];

/** From a commit to production, a bad commit that is stopped, and the way back. */
export const delivery: DeliveryStory = {
  name: 'delivery',
  title: 'A commit goes through dev to production; a bad one is stopped, and dev is rolled back.',
  async deliver(scene) {
    scene.tell('A commit changes a workflow, a script, an image and serving. It is delivered:');
    const firstProd = await scene.templateIn('prod');
    changeEverything(scene);
    const good = await scene.deliver('Describe steps better, and serve with two tasks');
    if (good.end !== 'succeeded') return proveGood(good);
    const [goodDev, goodProd] = await templates(scene);

    scene.tell('The next commit trains one round instead of fifty. It passes the checks:');
    scene.app.edit('projects/abalone/project.ts', 'num_round: 50', 'num_round: 1');
    const bad = await scene.deliver('Train faster');
    const [badDev, badProd] = await templates(scene);

    scene.tell('The failed training has raised an alarm, which a watch would see. It passes.');
    await scene.quiet();
    scene.tell('dev still has the bad commit. The stage is rolled back to the last good delivery:');
    const back = await scene.rollBack('Deploy-dev');
    const [backDev] = await templates(scene);

    return [
      ...proveGood(good),
      prove(
        'Production has the changed workflow.',
        goodProd.includes('comes to rest') && !firstProd.includes('comes to rest'),
      ),
      ...proveStopped(bad),
      prove('Production did not change.', badProd === goodProd),
      prove('Only dev had the bad commit.', badDev !== goodDev),
      prove(
        `The rollback brought commit ${back.commit.slice(0, 7)} back to dev.`,
        back.end === 'succeeded' && back.commit === good.commit && backDev === goodDev,
      ),
    ];
  },
};

function changeEverything({ app }: DeliveryScene): void {
  const workflow = 'workflows/training/training-workflow.ts';
  app.edit(
    workflow,
    "comment: 'A burst of uploads settles",
    "comment: 'A burst of uploads comes to rest",
  );
  const script = 'projects/tabular/python/preprocess.py';
  app.edit(script, 'Split a dataset,', 'Split a data set,');
  const image = 'images/predictor-http/predictor/__init__.py';
  app.edit(image, 'as an HTTP service', 'as a service over HTTP');
  app.edit('projects/abalone/project.ts', 'taskCount: 1', 'taskCount: 2');
}

async function templates(scene: DeliveryScene): Promise<readonly [dev: string, prod: string]> {
  return [await scene.templateIn('dev'), await scene.templateIn('prod')];
}

function proveGood({ end, lines }: ShownDelivery): readonly Proof[] {
  const text = lines.join('\n');
  const missing = STAGES.filter((step) => !new RegExp(`✓.*${step} `).test(text));
  return [
    prove('The first commit is in production.', end === 'succeeded'),
    missing.length === 0
      ? prove(`It went through ${STAGES.length} steps, each with its role in its account.`, true)
      : prove(`These steps should have succeeded: ${missing.join(', ')}.`, false),
    prove(
      'Who approved read what changes in production, and the metrics of the reference training.',
      REVIEWED.test(text),
    ),
  ];
}

function proveStopped({ end, lines }: ShownDelivery): readonly Proof[] {
  const reason = lines.find((line) => line.includes('✗')) ?? 'no reason';
  const isNamed = /Train \/ Train-abalone.*mse/s.test(reason);
  return [
    prove(
      isNamed
        ? 'The bad commit was stopped by its reference training, and the reason names the metric.'
        : `The bad commit should be stopped by its reference training; there was ${reason}.`,
      end === 'failed' && isNamed,
    ),
  ];
}
