import type {
  DisableKeyRotationRequest,
  EnableKeyRotationRequest,
  GetKeyRotationStatusRequest,
  KMS,
} from '@aws-sdk/client-kms';
import type { OperationTable } from '../../cloud/operation.ts';
import { checkNotPending, findKeyById, findUsableKey, keyArn, onKey } from './find-key.ts';
import { DEFAULT_ROTATION_DAYS } from './limits.ts';
import { nextRotation } from './materials.ts';
import { changeKey, type KmsState } from './state.ts';

/** New material each year, or each period; a key is rotated when it next encrypts. */
export const rotationOperations: OperationTable<KMS, KmsState> = {
  EnableKeyRotation: {
    permissions: (input: EnableKeyRotationRequest, state) =>
      onKey('EnableKeyRotation', input, state),
    run(input: EnableKeyRotationRequest, state): object {
      const record = findUsableKey(state, findKeyById(state, input.KeyId).keyId);
      const { RotationPeriodInDays: periodDays = DEFAULT_ROTATION_DAYS } = input;
      if (record.rotation?.periodDays !== periodDays) {
        changeKey(state, record, { rotation: { periodDays, since: state.cloud.clock.now() } });
      }
      return {};
    },
  },
  DisableKeyRotation: {
    permissions: (input: DisableKeyRotationRequest, state) =>
      onKey('DisableKeyRotation', input, state),
    run(input: DisableKeyRotationRequest, state): object {
      const { rotation: _, ...record } = findUsableKey(
        state,
        findKeyById(state, input.KeyId).keyId,
      );
      state.keys.put(record.keyId, record);
      return {};
    },
  },
  GetKeyRotationStatus: {
    readOnly: true,
    permissions: (input: GetKeyRotationStatusRequest, state) =>
      onKey('GetKeyRotationStatus', input, state),
    run(input: GetKeyRotationStatusRequest, state) {
      const record = findKeyById(state, input.KeyId);
      checkNotPending(state, record);
      const next = nextRotation(record);
      return {
        KeyId: keyArn(state.cloud, record.keyId),
        KeyRotationEnabled: next !== undefined,
        ...(next !== undefined && {
          RotationPeriodInDays: record.rotation?.periodDays,
          NextRotationDate: new Date(next),
        }),
      };
    },
  },
};
