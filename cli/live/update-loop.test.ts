import { beforeEach, describe, expect, it } from 'vitest';
import { UpdateLoop } from './update-loop.ts';

type Files = Readonly<Record<string, string>>;

/** An app whose time passes only in `pass`, and whose updates end only in `finish`. */
class SimulatedApp {
  files: Files = { a: '1', b: '1' };
  isGitBusy = false;
  /** The contents that an update refuses. */
  broken = '';
  readonly updates: (readonly string[])[] = [];
  readonly preparations: (readonly string[])[] = [];
  #timers: (() => void)[] = [];
  #finish: (() => void) | undefined;

  read(): Files {
    return this.files;
  }

  compare(former: Files, current: Files): readonly string[] {
    const paths = Object.keys({ ...former, ...current });
    return paths.filter((path) => former[path] !== current[path]);
  }

  isBusy(): boolean {
    return this.isGitBusy;
  }

  wait(): Promise<void> {
    return new Promise((resolve) => this.#timers.push(resolve));
  }

  prepare(changed: readonly string[]): readonly string[] {
    this.preparations.push(changed);
    return changed;
  }

  async apply(current: Files, prepared: readonly string[]): Promise<boolean> {
    this.updates.push(prepared);
    await new Promise<void>((resolve) => {
      this.#finish = resolve;
    });
    return !Object.values(current).includes(this.broken);
  }

  /** Lets the time pass that a burst takes to settle. */
  async pass(): Promise<void> {
    await this.passWrite();
    await this.passWrite();
  }

  /** Lets the time pass that the writing of a file takes. */
  async passWrite(): Promise<void> {
    const timers = this.#timers;
    this.#timers = [];
    for (const resolve of timers) resolve();
    await turns();
  }

  async finish(): Promise<void> {
    this.#finish?.();
    await turns();
  }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

let app: SimulatedApp;
let loop: UpdateLoop<Files, readonly string[]>;

beforeEach(() => {
  app = new SimulatedApp();
  loop = new UpdateLoop(app, app.files);
});

function write(changes: Files): void {
  app.files = { ...app.files, ...changes };
  loop.hint();
}

describe('an update', () => {
  it('names what changed', async () => {
    write({ b: '2', c: '1' });
    await app.pass();

    expect(app.updates).toEqual([['b', 'c']]);
  });

  it('is one for a burst of changes', async () => {
    write({ a: '2' });
    write({ b: '2' });
    for (let time = 0; time < 3; time += 1) await app.pass();
    await app.finish();
    await app.pass();

    expect(app.updates).toEqual([['a', 'b']]);
  });

  it('waits while changes continue', async () => {
    write({ a: '2' });
    await turns();
    // The time to settle has begun; this change is within it.
    write({ b: '2' });
    await app.pass();
    expect(app.updates).toEqual([]);
    await app.pass();

    expect(app.updates).toEqual([['a', 'b']]);
  });

  it('waits while git writes files', async () => {
    app.isGitBusy = true;
    write({ a: '2' });
    await app.pass();
    await app.pass();
    expect(app.updates).toEqual([]);
    app.isGitBusy = false;
    await app.pass();

    expect(app.updates).toEqual([['a']]);
  });

  it('is followed by another for what changed during it', async () => {
    write({ a: '2' });
    await app.pass();
    write({ b: '2' });
    await app.finish();
    await app.pass();

    expect(app.updates).toEqual([['a'], ['b']]);
  });

  it('is prepared once a file is written, before the burst has settled', async () => {
    write({ a: '2' });
    await app.passWrite();
    expect(app.preparations).toEqual([['a']]);
    expect(app.updates).toEqual([]);
    await app.passWrite();

    expect(app.updates).toEqual([['a']]);
    expect(app.preparations).toEqual([['a']]);
  });

  it('is prepared again if more changes follow, and names what was prepared before', async () => {
    write({ a: '2' });
    await app.passWrite();
    write({ a: '1', b: '2' });
    for (let time = 0; time < 3; time += 1) await app.passWrite();

    expect(app.preparations).toEqual([['a'], ['a', 'b']]);
    expect(app.updates).toEqual([['a', 'b']]);
  });

  it('happens for what was prepared and taken back: something of it may be left', async () => {
    write({ a: '2' });
    await app.passWrite();
    write({ a: '1' });
    for (let time = 0; time < 3; time += 1) await app.passWrite();

    expect(app.updates).toEqual([['a']]);
  });

  it('does not happen for files with the same contents', async () => {
    write({ a: '2' });
    write({ a: '1' });
    await app.pass();
    await app.pass();

    expect(app.updates).toEqual([]);
  });
});

describe('sources that are refused', () => {
  beforeEach(async () => {
    app.broken = 'x';
    write({ a: 'x' });
    await app.pass();
    await app.finish();
  });

  it('are not tried again', async () => {
    loop.hint();
    await app.pass();

    expect(app.updates).toEqual([['a']]);
  });

  it('are part of the next update, which is tried when anything changes', async () => {
    write({ b: '2' });
    await app.pass();
    await app.finish();
    write({ a: '3' });
    await app.pass();
    await app.finish();
    write({ b: '3' });
    await app.pass();

    expect(app.updates).toEqual([['a'], ['a', 'b'], ['a', 'b'], ['b']]);
  });

  it('are updated once more when they are taken back: something of them may be left', async () => {
    write({ a: '1' });
    await app.pass();
    await app.finish();

    expect(app.updates).toEqual([['a'], ['a']]);
  });
});
