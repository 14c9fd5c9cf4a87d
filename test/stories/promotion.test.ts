import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Stage, setStage } from './story-runtime.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
  // The first model makes the endpoint; the stories are about those after it.
  const first = await stage.promotions.decide(stage.trained, 'Approved');
  expect(first).toMatchObject({ status: 'SUCCEEDED' });
});

// One story's end is the next one's beginning.
afterEach(() => stage.promotions.quiet());

afterAll(() => stage?.close());

const takeLock = ['Begin', 'Claim endpoint', 'Let approvals gather'];
const look = [
  'Look up endpoint',
  'What is it doing?',
  'Describe endpoint',
  'Describe live config',
  'Describe live model',
  'List approved packages',
  'What should be live?',
];

describe('A good model', () => {
  it('(1) goes live by canary, and no client notices', async () => {
    const better = await stage.register('better', 'good');
    const load = stage.load(60);

    const promotion = await stage.promotions.decide(better, 'Approved');
    const seen = await load.stop();

    expect(promotion).toMatchObject({ status: 'SUCCEEDED', error: undefined });
    expect(withoutWaiting(promotion.path)).toEqual([
      ...takeLock,
      ...look,
      'Read candidate',
      'Is it complete?',
      'Fingerprint candidate',
      'Is it what was evaluated?',
      'Was it compared with what is live?',
      'Does anything answer now?',
      'Record the live answers',
      'Confirm lock',
      'Create model',
      'Create endpoint config',
      'Is there an endpoint?',
      'Update endpoint',
      'Verify answers',
      'Are the answers right?',
      'List old configs',
      'List old models',
      'Remove old releases',
      'Note success',
      'Record outcome',
      'Is the approval void?',
      'Tell people',
      'Do we hold the lock?',
      'Release lock',
      'How did it end?',
      'Live',
    ]);
    expect(seen).toMatchObject({ failures: 0, wrong: 0, messages: [] });
    expect(seen.requestsPerSecond).toBeGreaterThanOrEqual(50);
    expect(await stage.promotions.livePackage()).toBe(better);
  });
});

/** How often a rollout is looked at depends on how long it takes; what is done at a look is one list. */
const waiting = [
  'Let it bake',
  'Watch rollout',
  'How is the rollout?',
  'Send test rows',
  'Wait for the lock',
];

function withoutWaiting(path: readonly string[]): readonly string[] {
  return path.filter((state) => !waiting.includes(state));
}
