import { afterEach, describe, expect, it, vi } from 'vitest';
import { DiskFullError } from './disk-full-error.ts';
import * as diskRoom from './disk-room.ts';
import { DiskWriter } from './disk-writer.ts';
import { StoreError } from './store-error.ts';

const freeBytes = vi.spyOn(diskRoom, 'freeBytes');
const ROOM = diskRoom.ROOM_BYTES;

afterEach(() => {
  freeBytes.mockReset();
});

function createWriter() {
  const disk: string[] = [];
  const writer = new DiskWriter('/disk', (write) => write());
  const add = (name: string) =>
    writer.add({ describe: () => name, write: () => disk.push(name), undo: () => {} });
  return { writer, disk, add };
}

describe('Changes that wait for room', () => {
  it('go to the disk with the first change after there is room, not at the next look', async () => {
    freeBytes.mockReturnValue(ROOM - 1);
    const { writer, disk, add } = createWriter();
    add('one');
    await expect(writer.committed()).rejects.toThrow(DiskFullError);

    freeBytes.mockReturnValue(ROOM);
    add('two');
    await writer.committed();

    expect(disk).toEqual(['one', 'two']);
    await writer.close();
  });

  it('are refused, each by name, where the folder is gone by then', async () => {
    freeBytes.mockReturnValue(0);
    const { writer, disk, add } = createWriter();
    add('one');
    await expect(writer.committed()).rejects.toThrow(DiskFullError);

    freeBytes.mockImplementation(() => {
      throw new Error('ENOENT: no such file or directory');
    });
    add('two');

    await expect(writer.committed()).rejects.toThrow(StoreError);
    expect(disk).toEqual([]);
    await writer.close();
  });
});
