import { expect, it } from 'vitest';
import { FrameReader } from './frame-reader.ts';

it('finds the same frames in chunks of any size', () => {
  const wire = Buffer.from(
    '{"event":"started","id":1,"pid":7}\n{"event":"output","id":1,"bytes":6}\n{"a"}\n{"event":"exited","id":1,"code":0}\n',
  );

  for (let size = 1; size <= wire.length; size += 1) {
    const frames: unknown[] = [];
    const reader = new FrameReader((frame, body) => frames.push([frame.event, body.toString()]));
    for (let at = 0; at < wire.length; at += size) reader.push(wire.subarray(at, at + size));

    expect(frames).toEqual([
      ['started', ''],
      ['output', '{"a"}\n'],
      ['exited', ''],
    ]);
  }
});
