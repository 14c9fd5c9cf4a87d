import openapiTypescript, { astToString } from 'openapi-typescript';
import { renderOpenApi } from './openapi.ts';
import { renderReference } from './render-reference.ts';

/** The files that are made from the routes, by their paths from the root of the repository. */
export async function renderDocuments(): Promise<Readonly<Record<string, string>>> {
  const document = renderOpenApi();
  const types = astToString(await openapiTypescript(JSON.parse(JSON.stringify(document)) as never));
  return {
    'api/openapi.json': `${JSON.stringify(document, undefined, 2)}\n`,
    'docs/api.md': renderReference(),
    'api/client/paths.ts': `// Made from api/openapi.json by npm run docs:api.\n${types}`,
  };
}
