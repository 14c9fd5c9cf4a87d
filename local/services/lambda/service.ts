import type { Cloud } from '../../cloud/cloud.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import { AsynchronousQueue } from './asynchronous/asynchronous-queue.ts';
import { CodeStore } from './code-store.ts';
import { AccessDeniedException, InvalidParameterValueException } from './errors.ts';
import { eventInvokeOperations } from './event-invoke-config.ts';
import { ownerIn } from './function-name.ts';
import { settingsOperations } from './function-settings.ts';
import { functionOperations } from './functions.ts';
import { invalidInput } from './invalid-input.ts';
import { invokeOperations } from './invoke.ts';
import { keepAllProvisioned } from './keep-provisioned.ts';
import { layerOperations } from './layers/layer-operations.ts';
import { layerPolicyOf, layerPolicyOperations } from './layers/layer-policies.ts';
import { mappingOperations } from './mappings/mapping-operations.ts';
import { Mappings } from './mappings/mappings.ts';
import { policyOf, policyOperations } from './policies.ts';
import { provisionedOperations } from './provisioned-concurrency.ts';
import { recursionOperations } from './recursion.ts';
import { type FunctionPool, SandboxPool } from './sandbox/sandbox-pool.ts';
import type { LambdaState } from './state.ts';
import { LambdaStore } from './store.ts';
import { versionOperations } from './versions.ts';

/**
 * AWS Lambda: each function runs in its own process.
 *
 * @param givenPool runs the functions in another way, for tests
 */
export function createLambdaService(cloud: Cloud, givenPool?: FunctionPool): Service {
  const store = new LambdaStore(cloud);
  const code = new CodeStore(cloud);
  const pool = givenPool ?? new SandboxPool(cloud, store, code);
  const asynchronous = new AsynchronousQueue(cloud, store, pool);
  const mappings = new Mappings(cloud, store, pool);
  const state: LambdaState = { cloud, store, code, pool, asynchronous, mappings };
  return {
    name: 'lambda',
    operations: bindOperations(
      state,
      functionOperations,
      versionOperations,
      invokeOperations,
      policyOperations,
      settingsOperations,
      eventInvokeOperations,
      recursionOperations,
      provisionedOperations,
      mappingOperations,
      layerOperations,
      layerPolicyOperations,
    ),
    accessDenied: (message) => new AccessDeniedException(message),
    invalidInput,
    systemTagRefused: () => new InvalidParameterValueException(SYSTEM_TAG_REFUSED),
    judgesOwners: true,
    ownerOf: (_operation, input) => ownerIn(input),
    resourcePolicy: (arn) => policyOf(store, arn) ?? layerPolicyOf(store, arn),
    expectChange: () => pool.expectChange(),
    start() {
      code
        .sweep()
        .catch((error: unknown) =>
          cloud.logger.warn(
            { cause: String(error) },
            'Failed to remove incomplete folders of function code',
          ),
        );
      keepAllProvisioned(state);
      asynchronous.resume();
      mappings.start();
    },
    halt() {
      code.halt();
      mappings.stop();
      asynchronous.stop();
      pool.halt();
    },
    stop: () => pool.stop(),
  };
}
