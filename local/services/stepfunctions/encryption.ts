import type { EncryptionConfiguration } from '@aws-sdk/client-sfn';
import { InvalidEncryptionConfiguration } from './errors.ts';

/** What AWS shows for a resource without a customer managed key. */
export const OWNED_KEY = { type: 'AWS_OWNED_KEY' } as const satisfies EncryptionConfiguration;

/** Executions are not encrypted here. */
export function checkEncryption(configuration: EncryptionConfiguration | undefined): void {
  if (configuration === undefined || configuration.type === 'AWS_OWNED_KEY') return;
  throw new InvalidEncryptionConfiguration(
    'stepmill does not encrypt executions, so CUSTOMER_MANAGED_KMS_KEY cannot be used. Nothing was created or changed. Use AWS_OWNED_KEY.',
  );
}
