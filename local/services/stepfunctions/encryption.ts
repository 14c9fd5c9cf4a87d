import type { EncryptionConfiguration } from '@aws-sdk/client-sfn';
import { InvalidEncryptionConfiguration } from './errors.ts';

/** What AWS shows of everything that has no key of its own. */
export const OWNED_KEY = { type: 'AWS_OWNED_KEY' } as const satisfies EncryptionConfiguration;

/** Keys of the customer need KMS, which this runtime lacks. */
export function checkEncryption(configuration: EncryptionConfiguration | undefined): void {
  if (configuration === undefined || configuration.type === 'AWS_OWNED_KEY') return;
  throw new InvalidEncryptionConfiguration(
    'stepmill has no KMS, so CUSTOMER_MANAGED_KMS_KEY cannot be used. Nothing was created or changed. Use AWS_OWNED_KEY.',
  );
}
