import { describeViolations, type Violation } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
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
    operations: bindOperations(
      { cloud, store },
      tableOperations,
      itemOperations,
      readOperations,
      batchOperations,
      transactionOperations,
      settingOperations,
    ),
    accessDenied: (message) => new AccessDeniedException(message),
    invalidInput: (violations) =>
      violations.some(isInOwnWords)
        ? undefined
        : new ValidationException(describeViolations(violations)),
    systemTagRefused: () => new ValidationException(SYSTEM_TAG_REFUSED),
    resourcePolicy: (arn) => store.tables.get(tableNameOf(arn))?.policy?.document,
    start: () => expiry.start(),
    stop: () => expiry.stop(),
  };
}

/**
 * Members with recorded messages of their own: the operations check them, together with all others of the
 * request.
 */
const OWN_WORDS = [
  /^limit$/,
  /^requestItems\./,
  /^transactItems$/,
  /^(?:global|local)SecondaryIndexes\./,
];

function isInOwnWords({ member }: Violation): boolean {
  return OWN_WORDS.some((pattern) => pattern.test(member));
}
