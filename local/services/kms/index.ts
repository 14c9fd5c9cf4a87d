/**
 * AWS Key Management Service on one machine: symmetric encryption keys.
 *
 * Here: customer-managed keys with policies, aliases, tags, rotation, disabling and scheduled deletion; Encrypt, Decrypt
 * and data keys by AES-256-GCM with an encryption context; the key `aws/s3`, which S3 makes when it is first asked for. A key's
 * policy decides who may use it, together with the caller's own policies where it names the account, and both where the
 * caller is of another account; with the conditions `kms:ViaService`, `kms:CallerAccount` and `kms:EncryptionContext:…`.
 *
 * Missing, and answered as missing by name: grants, asymmetric and HMAC keys, keys of several regions, imported material, custom key
 * stores, ReEncrypt, rotation on demand, the other keys that AWS manages; the events of a rotation and a deletion.
 *
 * Different by design: the material of keys lies in the state folder as it is, so that they protect nothing from whoever
 * reads the disk; a ciphertext is readable by this runtime only; a key can be given a policy that locks its account out,
 * which AWS refuses unless it is asked to.
 *
 * Behaviour from: the KMS developer guide and API reference, and messages that people quote in public issues.
 */
export { createKmsService } from './service.ts';
