/**
 * AWS Systems Manager on one machine: the Parameter Store.
 *
 * Here: String, StringList and SecureString parameters with versions, labels, history, tiers, allowed
 * patterns, tags; reading by name, ARN, `name:version`, `name:label`, path and filters; the Parameter
 * Store Change event.
 *
 * Missing, and answered as missing by name: parameter policies, public and shared parameters, and all
 * of Systems Manager beyond the Parameter Store.
 *
 * Different by design: a SecureString is kept as it is, without encryption, and read with or without
 * WithDecryption: do not put real secrets here.
 *
 * Behaviour from: the Systems Manager user guide and API reference.
 */
export { createSsmService } from './service.ts';
