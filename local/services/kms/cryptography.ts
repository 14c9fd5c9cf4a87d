import type {
  DecryptRequest,
  DecryptResponse,
  EncryptRequest,
  EncryptResponse,
  GenerateDataKeyRequest,
  GenerateDataKeyResponse,
  GenerateDataKeyWithoutPlaintextRequest,
  GenerateDataKeyWithoutPlaintextResponse,
  KMS,
} from '@aws-sdk/client-kms';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import type { Permission } from '../../cloud/service.ts';
import { type EncryptionContext, open, readCiphertext, seal } from './ciphertext.ts';
import {
  IncorrectKeyException,
  InvalidCiphertextException,
  ValidationException,
} from './errors.ts';
import { findUsableKey, keyArn, onKey, resourceOf } from './find-key.ts';
import { randomBytesOf, readyToEncrypt } from './materials.ts';
import type { KmsState } from './state.ts';

const ALGORITHM = 'SYMMETRIC_DEFAULT';
const NONCE_BYTES = 12;
const BYTES_OF_SPEC = { AES_256: 32, AES_128: 16 } as const;

/** Encrypting and decrypting. */
export const cryptographicOperations: OperationTable<KMS, KmsState> = {
  Encrypt: {
    permissions: (input: EncryptRequest, state) => use('Encrypt', input, state),
    run(input: Checked<EncryptRequest>, state): EncryptResponse {
      checkAlgorithm(input.EncryptionAlgorithm);
      const { KeyId, CiphertextBlob } = encrypt(state, input, input.Plaintext);
      return { CiphertextBlob, KeyId, EncryptionAlgorithm: ALGORITHM };
    },
  },
  Decrypt: {
    permissions(input: DecryptRequest, state) {
      const arn = readCiphertext(input.CiphertextBlob)?.keyArn;
      return arn === undefined ? [] : use('Decrypt', { ...input, KeyId: arn }, state);
    },
    run(input: DecryptRequest, state): DecryptResponse {
      checkAlgorithm(input.EncryptionAlgorithm);
      return decrypt(state, input);
    },
  },
  GenerateDataKey: {
    permissions: (input: GenerateDataKeyRequest, state) => use('GenerateDataKey', input, state),
    run(input: GenerateDataKeyRequest, state): GenerateDataKeyResponse {
      const Plaintext = new Uint8Array(randomBytesOf(state, sizeOf(input)));
      return { ...encrypt(state, input, Plaintext), Plaintext };
    },
  },
  GenerateDataKeyWithoutPlaintext: {
    permissions: (input: GenerateDataKeyWithoutPlaintextRequest, state) =>
      use('GenerateDataKeyWithoutPlaintext', input, state),
    run: (
      input: GenerateDataKeyWithoutPlaintextRequest,
      state,
    ): GenerateDataKeyWithoutPlaintextResponse =>
      encrypt(state, input, randomBytesOf(state, sizeOf(input))),
  },
};

interface KeyUse {
  readonly KeyId?: string | undefined;
  readonly EncryptionContext?: EncryptionContext | undefined;
}

/** With the condition keys of the context: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html */
function use(
  action: string,
  { KeyId, EncryptionContext = {} }: KeyUse,
  state: KmsState,
): Permission {
  const pairs = Object.entries(EncryptionContext);
  return {
    ...onKey(action, { KeyId }, state),
    context: {
      'kms:EncryptionAlgorithm': ALGORITHM,
      ...Object.fromEntries(pairs.map(([key, value]) => [`kms:EncryptionContext:${key}`, value])),
      ...(pairs.length === 0 ? {} : { 'kms:EncryptionContextKeys': pairs.map(([key]) => key) }),
    },
  };
}

/** @throws ValidationException */
function checkAlgorithm(algorithm: string = ALGORITHM): void {
  if (algorithm === ALGORITHM) return;
  throw new ValidationException(
    `The encryption algorithm ${algorithm} is for asymmetric keys, and the key is symmetric: use ${ALGORITHM}. Nothing was done.`,
  );
}

/** @throws ValidationException */
function sizeOf({ KeySpec, NumberOfBytes }: GenerateDataKeyRequest): number {
  if ((KeySpec === undefined) === (NumberOfBytes === undefined)) {
    throw new ValidationException('Please specify either number of bytes or key spec.');
  }
  return KeySpec === undefined ? (NumberOfBytes ?? 0) : BYTES_OF_SPEC[KeySpec];
}

function encrypt(
  state: KmsState,
  { KeyId, EncryptionContext: context = {} }: KeyUse,
  plaintext: Uint8Array,
): { readonly KeyId: string; readonly CiphertextBlob: Uint8Array<ArrayBuffer> } {
  const { keyId, materials } = readyToEncrypt(state, findUsableKey(state, KeyId));
  const material = materials.length - 1;
  const secret = Buffer.from(materials[material]?.secret ?? '', 'base64');
  const header = { keyArn: keyArn(state.cloud, keyId), material };
  const sealed = seal(header, secret, randomBytesOf(state, NONCE_BYTES), { plaintext, context });
  return { KeyId: header.keyArn, CiphertextBlob: new Uint8Array(sealed) };
}

/** @throws InvalidCiphertextException, IncorrectKeyException */
function decrypt(state: KmsState, input: DecryptRequest): DecryptResponse {
  const ciphertext = readCiphertext(input.CiphertextBlob);
  if (ciphertext === undefined) throw new InvalidCiphertextException();
  const { keyArn: arn, material } = ciphertext;
  const { materials } = findUsableKey(state, arn);
  if (input.KeyId !== undefined && resourceOf(state, input.KeyId) !== arn) {
    throw new IncorrectKeyException();
  }
  const { secret } = materials[material] ?? {};
  const plaintext =
    secret === undefined
      ? undefined
      : open(ciphertext, Buffer.from(secret, 'base64'), input.EncryptionContext ?? {});
  if (plaintext === undefined) throw new InvalidCiphertextException();
  return { Plaintext: new Uint8Array(plaintext), KeyId: arn, EncryptionAlgorithm: ALGORITHM };
}
