import { readFileSync, writeFileSync } from 'node:fs';
import { ARCHITECTURE_PAGE, readBoundaries, redrawPage } from './architecture.ts';

/** Entry of `npm run docs:architecture`. */
const page = readFileSync(ARCHITECTURE_PAGE, 'utf8');
writeFileSync(ARCHITECTURE_PAGE, redrawPage(page, await readBoundaries()));
