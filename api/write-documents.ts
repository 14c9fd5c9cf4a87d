import { writeFileSync } from 'node:fs';
import { renderDocuments } from './documents.ts';

/** Entry of `npm run docs:api`: writes the OpenAPI document, the types of the client and docs/api.md. */
for (const [path, text] of Object.entries(await renderDocuments())) writeFileSync(path, text);
