import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../terminal/user-error.ts';
import { forgetState } from './forget-state.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-state-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('forgetting state', () => {
  it('removes what a runtime wrote', () => {
    mkdirSync(join(folder, 'store'));
    writeFileSync(join(folder, 'store', 'data.mdb'), '');

    forgetState(folder);

    expect(existsSync(folder)).toBe(false);
  });

  it('removes an empty folder, and minds none that is not there', () => {
    forgetState(folder);
    forgetState(folder);

    expect(existsSync(folder)).toBe(false);
  });

  it('leaves the state of daily work to reset', () => {
    mkdirSync('.stepmill', { recursive: true });

    expect(() => forgetState('.stepmill')).toThrow(/stepmill reset/);
  });

  it('leaves a folder with anything else alone, and says what it holds', () => {
    for (const name of ['letters', 'photos']) mkdirSync(join(folder, name));

    expect(() => forgetState(folder)).toThrow(UserError);
    expect(() => forgetState(folder)).toThrow(
      /it holds letters, photos, which .* Nothing was deleted/,
    );
    expect(existsSync(join(folder, 'letters'))).toBe(true);
  });
});
