/**
 * AWS Security Token Service on one machine.
 *
 * Missing, and answered as missing by name: web identities, SAML, federation and session tokens of users,
 * session policies, session tags and source identities.
 *
 * Different by design: a caller without a token of this STS is an account, the one that its access key names or the home
 * account; signatures are not verified, only the sealed token is.
 *
 * Behaviour from: the STS API reference.
 */
export { createStsService } from './service.ts';
