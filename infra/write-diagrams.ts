import { writeDiagrams } from './diagrams.ts';

/** Entry of `npm run docs:diagrams`. */
writeDiagrams();
