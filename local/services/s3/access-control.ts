import { AccessControlListNotSupported } from './errors.ts';
import type { Bucket } from './state.ts';

/** The ACL members of a write request. */
export interface AccessControl {
  readonly ACL?: string | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
}

interface OwnershipControls {
  readonly Rules?: readonly { readonly ObjectOwnership?: string }[];
}

/**
 * A bucket with ACLs disabled accepts only an ACL that grants its owner full control:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ensure-object-ownership.html
 *
 * @throws AccessControlListNotSupported
 */
export function checkAccessControl(bucket: Bucket, input: AccessControl): void {
  const controls = bucket.configurations['ownershipControls'] as OwnershipControls | undefined;
  if (controls?.Rules?.[0]?.ObjectOwnership !== 'BucketOwnerEnforced') return;
  const hasGrant = [
    input.GrantFullControl,
    input.GrantRead,
    input.GrantReadACP,
    input.GrantWriteACP,
  ].some((grant) => grant !== undefined);
  const hasAcl = input.ACL !== undefined && input.ACL !== 'bucket-owner-full-control';
  if (hasGrant || hasAcl) throw new AccessControlListNotSupported();
}
