import { describe, expect, it } from 'vitest';
import { topics } from './histories.cases.ts';
import { historyOf } from './scripted-host.testing.ts';

/*
 * The whole histories of small executions, in `histories/*.txt`: after a change, run this file with `-u` and read each new
 * line. The kinds and the order of the events are those that other tests compare with what was recorded on AWS.
 */

describe('the histories of', () => {
  it.each(Object.entries(topics))('%s are as before', async (topic, scenarios) => {
    const text = Object.entries(scenarios)
      .map(([name, scenario]) => `# ${name}\n${historyOf(scenario)}`)
      .join('\n');

    await expect(text).toMatchFileSnapshot(`histories/${topic}.txt`);
  });
});
