import { problemsOf, tagOf } from './openapi.ts';
import { problems } from './problem.ts';
import { BASE_PATH, type Route } from './route.ts';
import { routesInOrder } from './routes.ts';
import { groups, nameScope, type Scope, scopes } from './scopes.ts';

const INTRODUCTION = `# HTTP API

<!-- Made from api/ by npm run docs:api. -->

Deployed beside the projects, as the stack \`stepmill-<environment>-console\`; its outputs name the addresses.
Routes are below \`${BASE_PATH}\`, JSON in and out. [openapi.json](../api/openapi.json) has every schema, and
\`api/client/\` a client that is typed by it.

**Sign-in.** Send an access token of the user pool as \`Authorization: Bearer …\`. Scopes limit the client, groups say what the
person may do, and both are needed. An administrator makes the first user and adds it to groups:

\`\`\`sh
aws cognito-idp admin-create-user --user-pool-id POOL --username ada --user-attributes Name=email,Value=ada@example.org \\
  --desired-delivery-mediums EMAIL
aws cognito-idp admin-add-user-to-group --user-pool-id POOL --username ada --group-name approver
\`\`\`

On this machine managed login signs in as the user \`local\` with all groups, so that a token needs no password (with curl, jq and OpenSSL):

\`\`\`sh
API=http://127.0.0.1:4567                # the address that npm start prints for the browser
CONFIG=$(curl -s $API/config.json); CLIENT=$(jq -r .clientId <<<"$CONFIG")
OPENID=$(curl -s "$(jq -r .issuer <<<"$CONFIG")/.well-known/openid-configuration")
VERIFIER=$(openssl rand -hex 32)
CHALLENGE=$(printf %s $VERIFIER | openssl dgst -sha256 -binary | openssl base64 | tr '+/' '-_' | tr -d '=')
CODE=$(curl -sG -o /dev/null -w '%{redirect_url}' "$(jq -r .authorization_endpoint <<<"$OPENID")" \\
  -d response_type=code -d client_id=$CLIENT -d redirect_uri=$API/signed-in -d code_challenge=$CHALLENGE \\
  -d code_challenge_method=S256 --data-urlencode 'scope=openid stepmill/read stepmill/predict stepmill/train stepmill/approve')
TOKEN=$(curl -s "$(jq -r .token_endpoint <<<"$OPENID")" -d grant_type=authorization_code -d client_id=$CLIENT \\
  -d redirect_uri=$API/signed-in -d code=\${CODE#*code=} -d code_verifier=$VERIFIER | jq -r .access_token)
\`\`\`

**Errors** are problems as [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) describes them, with a pointer to each mistake.
API Gateway itself answers 401, 403 for a missing scope, 404 for unknown routes and 429 with \`{"message": "…"}\`.

**Repeating.** Routes that change something take an \`Idempotency-Key\`: repeated within a day, the request is not done again and
has the same answer.

**Polling.** Answers with an \`ETag\` are compared by \`If-None-Match\`; \`Poll-After\` says in how many seconds to ask again.

**Pages.** \`pageSize\` and \`pageToken\`; \`nextPageToken\` is missing on the last page.
`;

/** Renders docs/api.md: every route with an example. */
export function renderReference(): string {
  const all = routesInOrder;
  const tags = [...new Set(all.map(tagOf))];
  return [
    INTRODUCTION,
    renderTable(
      'Scope',
      (Object.keys(scopes) as Scope[]).map((name) => [nameScope(name), scopes[name]]),
    ),
    renderTable('Group', Object.entries(groups)),
    ...tags.flatMap((tag) => [
      `## ${tag}\n`,
      ...all.filter((route) => tagOf(route) === tag).map(renderRoute),
    ]),
    '## Problems\n',
    renderTable(
      'Problem',
      Object.entries(problems).map(([kind, { status, title }]) => [kind, `${status}: ${title}`]),
    ),
  ].join('\n');
}

function renderTable(head: string, rows: readonly (readonly [string, string])[]): string {
  const lines = rows.map(([name, meaning]) => `| \`${name}\` | ${meaning} |`);
  return [`| ${head} | |`, '|---|---|', ...lines, ''].join('\n');
}

function renderRoute(route: Route): string {
  const { method, path, summary, description, scope, groups: allowed, answer, example } = route;
  const access =
    scope === undefined
      ? 'Needs no token.'
      : `Scope \`${nameScope(scope)}\`; groups ${allowed.join(', ')}.`;
  return [
    `### \`${method} ${path}\`\n`,
    `${summary}.${description === undefined ? '' : ` ${description}`}\n`,
    `${access}${route.isAtRoot === true ? ' Answers at the root of the API as well.' : ''}\n`,
    renderCode('sh', renderCommand(route)),
    `${answer.status}: ${answer.description}.\n`,
    renderCode('json', JSON.stringify(example.answer, undefined, 2)),
    `Problems: ${problemsOf(route)
      .map((kind) => `\`${kind}\``)
      .join(', ')}.\n`,
  ].join('\n');
}

function renderCode(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\`\n`;
}

/** The request of the example, with curl. */
function renderCommand({ method, path, scope, example }: Route): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => example.path?.[name] ?? '');
  const query = new URLSearchParams(example.query).toString();
  return [
    `curl "$API${BASE_PATH}${filled}${query === '' ? '' : `?${query}`}"`,
    ...(method === 'GET' ? [] : [`-X ${method} -H 'content-type: application/json'`]),
    ...(scope === undefined ? [] : ['-H "authorization: Bearer $TOKEN"']),
    ...(example.body === undefined ? [] : [`-d '${JSON.stringify(example.body)}'`]),
  ].join(' \\\n  ');
}
