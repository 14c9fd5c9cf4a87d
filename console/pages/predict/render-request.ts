import type { PredictionRecord } from '../../data/predictions.ts';

/** A question to the model, as it goes over the wire. */
export interface RequestFacts {
  readonly origin: string;
  readonly project: string;
  readonly records: readonly PredictionRecord[];
  /** Whether it carries a token, or goes to the route that is open to everyone. */
  readonly isSignedIn: boolean;
}

const BASE = '/api/v1';

function addressOf({ origin, project, isSignedIn }: RequestFacts): string {
  return isSignedIn
    ? `${origin}${BASE}/inference/predict`
    : `${origin}${BASE}/public/projects/${project}/predict`;
}

function bodyOf({ project, records, isSignedIn }: RequestFacts): object {
  return isSignedIn ? { modelName: project, records } : { records };
}

export function renderCurl(request: RequestFacts): string {
  const body = JSON.stringify(bodyOf(request));
  return [
    `curl ${addressOf(request)}`,
    "  -H 'content-type: application/json'",
    ...(request.isSignedIn ? ['  -H "authorization: Bearer $TOKEN"'] : []),
    // As a shell reads a quote between quotes.
    `  -d '${body.replaceAll("'", `'\\''`)}'`,
  ].join(' \\\n');
}

/** JSON in a raw string of Python would end at a quote; so it is a string of a string. */
export function renderPython(request: RequestFacts): string {
  const body = JSON.stringify(JSON.stringify(bodyOf(request)));
  return `import json
${request.isSignedIn ? 'import os\n' : ''}import urllib.request

body = json.loads(${body})
request = urllib.request.Request(
    "${addressOf(request)}",
    json.dumps(body).encode(),
    {
        "content-type": "application/json",${
          request.isSignedIn ? '\n        "authorization": f"Bearer {os.environ[\'TOKEN\']}",' : ''
        }
    },
)
with urllib.request.urlopen(request) as answer:
    print(json.load(answer)["predictions"])
`;
}
