import { buildConsole } from './api/build-console.ts';

/** Entry of `npm run build:console`. */
await buildConsole(process.cwd());
