import { type Group, groups, nameScope, type Route } from '../../api/index.ts';
import { ProblemError } from './problem-error.ts';

/** Who calls, as the token says it. */
export interface Caller {
  readonly sub: string;
  /** For people. */
  readonly name: string;
  /** The client that the token was made for. */
  readonly client: string;
  readonly groups: readonly string[];
  readonly scopes: readonly string[];
}

/** Of the routes that need no token. */
const nameless: Caller = { sub: '', name: '', client: '', groups: [], scopes: [] };

type Claims = Readonly<Record<string, unknown>>;

/**
 * Reads who calls from an event, and lets them pass or not. API Gateway has verified the token and, for most
 * routes, its scope; the groups are judged here.
 *
 * @throws ProblemError `unauthenticated`, `wrong-scope` or `wrong-group`
 */
export function admit(event: unknown, route: Route): Caller {
  if (route.scope === undefined) return nameless;
  const claims = claimsOf(event);
  if (claims === undefined) {
    throw new ProblemError(
      'unauthenticated',
      'Sign in, and send the access token as a bearer token.',
    );
  }
  const caller = readCaller(claims);
  const scope = nameScope(route.scope);
  if (!caller.scopes.includes(scope)) {
    throw new ProblemError('wrong-scope', `The token has not the scope ${scope}.`);
  }
  if (!route.groups.some((group) => caller.groups.includes(group))) {
    throw new ProblemError('wrong-group', describeGroups(route.groups, caller));
  }
  return caller;
}

function claimsOf(event: unknown): Claims | undefined {
  const { requestContext } = event as {
    readonly requestContext?: {
      readonly authorizer?: { readonly jwt?: { readonly claims?: Claims } };
    };
  };
  return requestContext?.authorizer?.jwt?.claims;
}

function readCaller(claims: Claims): Caller {
  const text = (name: string) => (typeof claims[name] === 'string' ? claims[name] : '');
  const client = text('client_id');
  const [name = ''] = [text('username'), text('cognito:username'), client].filter(
    (each) => each !== '',
  );
  return {
    sub: text('sub'),
    name,
    client,
    groups: readGroups(claims['cognito:groups']),
    scopes: text('scope').split(' '),
  };
}

/** API Gateway renders the list of the token as text: `[operator approver]`. */
function readGroups(claim: unknown): readonly string[] {
  if (Array.isArray(claim)) return claim.map(String);
  if (typeof claim !== 'string') return [];
  return claim.replaceAll(/^\[|\]$/g, '').split(/[\s,]+/);
}

function describeGroups(wanted: readonly Group[], caller: Caller): string {
  const own = caller.groups.filter((group) => group in groups);
  return `${caller.name} must be in the group ${wanted.join(' or ')}, and is in ${own.length === 0 ? 'none' : own.join(', ')}; nothing was done. An administrator of the user pool can add people to groups.`;
}
