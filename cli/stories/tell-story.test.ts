import { describe, expect, it } from 'vitest';
import { writtenTerminal } from '../terminal/written-terminal.testing.ts';
import { deliveryStories, stories, watchingStories } from './stories.ts';
import { findStory, listStories, tellStory } from './tell-story.ts';

describe('the stories', () => {
  it('are eighteen with different names, and are listed', () => {
    const all = [...stories, ...watchingStories, ...deliveryStories];

    expect(new Set(all.map(({ name }) => name)).size).toBe(18);
    for (const [index, { name, title }] of all.entries()) {
      expect(listStories()[index]).toContain(name);
      expect(listStories()[index]).toContain(title);
    }
  });

  it('are found by name and number; an unknown name lists them', () => {
    expect(findStory('dead-owner').title).toMatch(/lock/);
    expect(findStory('9')).toBe(findStory('dead-owner'));
    expect(() => findStory('19')).toThrow(/No story is called "19"/);
    expect(() => findStory('deadowner')).toThrow(
      /No story is called "deadowner"; nothing was started\..*dead-owner/s,
    );
  });

  it('do not accept a speed that is too high for alarms', async () => {
    const telling = tellStory(
      findStory('good-model'),
      { port: 0, speed: 600, context: [] },
      writtenTerminal(),
    );

    await expect(telling).rejects.toThrow(/--speed 600 is too fast/);
  });
});
