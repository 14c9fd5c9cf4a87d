import type { Cloud } from '../../cloud.ts';
import type { Service } from '../../service.ts';
import { SYSTEM_TAG_REFUSED } from '../../system-tags.ts';
import { AccessDeniedException, ValidationException } from './errors.ts';
import { Expiry } from './expiry.ts';
import { tableNameOf } from './names.ts';
import { batchOperations } from './operations/batches.ts';
import { itemOperations } from './operations/items.ts';
import { readOperations } from './operations/reads.ts';
import { settingOperations } from './operations/settings.ts';
import { tableOperations } from './operations/tables.ts';
import { transactionOperations } from './operations/transactions.ts';
import { DynamoStore } from './store.ts';

/** Amazon DynamoDB. */
export function createDynamoDbService(cloud: Cloud): Service {
  const store = new DynamoStore(cloud.store);
  const expiry = new Expiry(cloud, store);
  return {
    name: 'dynamodb',
    operations: {
      ...tableOperations(cloud, store),
      ...itemOperations(cloud, store),
      ...readOperations(cloud, store),
      ...batchOperations(cloud, store),
      ...transactionOperations(cloud, store),
      ...settingOperations(cloud, store),
    },
    accessDenied: (message) => new AccessDeniedException(message),
    // Recorded to judge in an order and in words of its own: each operation checks its members.
    invalidInput: () => undefined,
    systemTagRefused: () => new ValidationException(SYSTEM_TAG_REFUSED),
    resourcePolicy: (arn) => store.tables.get(tableNameOf(arn))?.policy?.document,
    start: () => expiry.start(),
    stop: () => expiry.stop(),
  };
}
