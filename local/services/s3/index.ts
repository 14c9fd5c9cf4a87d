/**
 * Amazon S3 on one machine.
 *
 * Missing, and answered as missing by name: ACLs of objects (the bucket owner always owns them), object
 * lock, replication, websites, inventory, Select, customer-provided keys, notifications to anything but
 * EventBridge. Lifecycle rules, public access blocks and logging are stored and returned without effect;
 * the context of the request for a KMS key has no effect.
 *
 * With a KMS key each write asks KMS for a data key and each read has it decrypted, as their callers, so that policies, contexts
 * and the states of keys decide; the contents in the state folder are not encrypted, and a bucket key saves no requests.
 *
 * Different by design: signatures are not verified, except those of forms that a session of this STS has
 * signed; pages of other machines are refused, under any CORS rules; DeleteObjects is refused as a whole if the caller may not
 * delete one of its keys; an object without a checksum gets its CRC64NVME on the first request for it.
 *
 * Behaviour from: the S3 API reference and the observed behaviour of boto3, AWS CLI and the JavaScript SDK.
 */
export { createS3Service } from './service.ts';
