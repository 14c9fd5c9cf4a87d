import { describe, expect, it } from 'vitest';
import { Message } from './message.ts';

describe('a message', () => {
  it('is parsed once for all filters of its group', () => {
    const message = new Message('{"level": "ERROR"}');

    expect(message.json()).toEqual({ level: 'ERROR' });
    expect(message.json()).toBe(message.json());
    expect(message.embeddedJson()).toBe(message.json());
  });

  it('embeds JSON behind a prefix', () => {
    const message = new Message('INFO {"level": "ERROR"}');

    expect(message.json()).toBeUndefined();
    expect(message.embeddedJson()).toEqual({ level: 'ERROR' });
  });
});
