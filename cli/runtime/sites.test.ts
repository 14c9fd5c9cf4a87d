import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import type { ServedSite } from '../../local/index.ts';
import { writtenTerminal } from '../terminal/written-terminal.testing.ts';
import { printSites } from './sites.ts';

const DEV = { address: 'http://127.0.0.1:4567', stackName: 'stepmill-dev-console' };
const PROD = { address: 'http://127.0.0.1:4568', stackName: 'stepmill-prod-console' };
const OWN = { address: 'http://127.0.0.1:4569', stackName: undefined };

function print(...sites: readonly ServedSite[]): readonly string[] {
  const terminal = writtenTerminal();
  printSites({ sites: () => sites }, {}, terminal);
  return terminal.lines.map((line) => stripVTControlCharacters(line));
}

it('names the stack of each of several sites', () => {
  expect(print(DEV, PROD, OWN)).toEqual([
    '  open http://127.0.0.1:4567 in a browser # stepmill-dev-console',
    '  open http://127.0.0.1:4568 in a browser # stepmill-prod-console',
    '  open http://127.0.0.1:4569 in a browser',
  ]);
});

it('gives the address of the only one', () => {
  expect(print(DEV)).toEqual(['  open http://127.0.0.1:4567 in a browser']);
});
