import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import {
  AuthorizationErrorException,
  InvalidParameterException,
  ValidationError,
} from './errors.ts';
import { publishOperations } from './publish.ts';
import type { SnsState } from './state.ts';
import { SnsStore } from './store.ts';
import { subscriptionOperations } from './subscriptions.ts';
import { effectivePolicy, topicOperations } from './topics.ts';

/** Amazon Simple Notification Service. */
export function createSnsService(cloud: Cloud): Service {
  const state: SnsState = { cloud, store: new SnsStore(cloud) };
  return {
    name: 'sns',
    operations: bindOperations(state, topicOperations, subscriptionOperations, publishOperations),
    accessDenied: (message) => new AuthorizationErrorException(message),
    // Such a topic is an invalid parameter.
    judgesOwners: true,
    systemTagRefused: () => new InvalidParameterException(`Tags Reason: ${SYSTEM_TAG_REFUSED}`),
    invalidInput: (violations) => new ValidationError(describeViolations(violations)),
    resourcePolicy(arn) {
      const topic = state.store.topics.get(arn);
      return topic === undefined ? undefined : effectivePolicy(topic);
    },
  };
}
