/**
 * Amazon Cognito user pools on one machine.
 *
 * Here: user pools, app clients, domains, resource servers, groups, users, managed login branding; creation of users by
 * administrators with temporary passwords; sign-in with a user name and a password, the change of a temporary
 * password, refresh with and without rotation, revocation, global sign-out; managed login with authorization codes and PKCE,
 * refresh and client credentials; tokens with AWS's claims, signed with two keys a pool; discovery and
 * keys for any OpenID Connect client; the password policy, the lock-out after failed attempts, and
 * a bound of failed sign-ins from one address, as a rate-based rule of WAF gives a sign-in page.
 *
 * Missing, and answered as missing by name: sign-up and confirmation, forgotten passwords, SRP and custom
 * authentication, choice-based sign-in, MFA, Lambda triggers, federation, identity pools, imports, devices, risk
 * detection, the implicit grant, custom domains.
 *
 * Different by design: the issuer is `http://127.0.0.1:<port>/<pool>`; managed login is at
 * `http://127.0.0.1:<port>/_aws/cognito-idp/<domain prefix>` and signs in as the user `local`, with all groups of the pool, unless
 * the runtime was started with `--sign-in`; no mails and text messages are sent, so an administrator sets passwords.
 *
 * Behaviour from: the Cognito Developer Guide and API reference, and answers and tokens that people recorded.
 */
export { createCognitoService } from './service.ts';
