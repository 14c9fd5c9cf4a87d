import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../host/clock.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createKmsService } from './index.ts';

const YEAR_MS = 365 * 86_400_000;
/** What a changed name of the key says: it is another one, or of another account. */
const REFUSED = expect.stringMatching(
  /^(?:InvalidCiphertext|NotFound|AccessDenied)Exception$/,
) as string;
const Plaintext = new Uint8Array(Buffer.from('secret'));

let runtime: TestRuntime;
let kms: KMSClient;
let clock: VirtualClock;
let KeyId: string;

beforeEach(async () => {
  clock = createVirtualClock();
  runtime = await startTestRuntime([createKmsService], { clock });
  kms = new KMSClient(runtime.clientConfig);
  KeyId = await createKey();
});

afterEach(() => runtime.stop());

async function createKey(): Promise<string> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  return KeyMetadata?.Arn ?? '';
}

async function encrypt(EncryptionContext: Record<string, string> = {}): Promise<Uint8Array> {
  const answer = await kms.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }));
  return answer.CiphertextBlob ?? new Uint8Array();
}

const decrypt = (CiphertextBlob: Uint8Array, more: object = {}) =>
  kms.send(new DecryptCommand({ CiphertextBlob, ...more }));

describe('a ciphertext', () => {
  it('is decrypted with its context in any order, without a name of the key', async () => {
    const blob = await encrypt({ a: '1', b: '2' });

    expect(Buffer.from(blob).includes('secret')).toBe(false);
    expect(await decrypt(blob, { EncryptionContext: { b: '2', a: '1' } })).toMatchObject({
      KeyId,
      Plaintext,
    });
  });

  it('differs each time', async () => {
    expect(Buffer.from(await encrypt()).equals(await encrypt())).toBe(false);
  });

  it.each([
    ['another context', { EncryptionContext: { a: '2' } }],
    ['no context', {}],
    ['more context', { EncryptionContext: { a: '1', b: '2' } }],
  ])('is refused with %s', async (_name, more) => {
    const blob = await encrypt({ a: '1' });

    await expect(decrypt(blob, more)).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
  });

  it('is refused where any of its bytes was changed', async () => {
    const blob = await encrypt();
    const positions = [...blob.keys()].filter((position) => position % 7 === 0 || position < 8);

    for (const position of positions) {
      const changed = new Uint8Array(blob);
      changed[position] = (changed[position] ?? 0) ^ 1;
      await expect(decrypt(changed)).rejects.toMatchObject({ name: REFUSED });
    }
    for (const length of [1, 20, blob.length - 1]) {
      await expect(decrypt(blob.slice(0, length))).rejects.toMatchObject({ name: REFUSED });
    }
  });

  it('is refused for another key than its own, by id and by alias', async () => {
    const blob = await encrypt();
    const other = await createKey();
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/own', TargetKeyId: KeyId }));

    await expect(decrypt(blob, { KeyId: other })).rejects.toMatchObject({
      name: 'IncorrectKeyException',
    });
    expect(await decrypt(blob, { KeyId: 'alias/own' })).toMatchObject({ Plaintext });
  });

  it('is decrypted after rotations of its key', async () => {
    await kms.send(new EnableKeyRotationCommand({ KeyId }));
    const first = await encrypt();
    clock.advance(YEAR_MS);
    const second = await encrypt();
    clock.advance(YEAR_MS);
    await encrypt();

    expect(materialOf(first)).not.toBe(materialOf(second));
    for (const blob of [first, second]) expect(await decrypt(blob)).toMatchObject({ Plaintext });
  });
});

/** The number after the mark and the length of the ARN. */
function materialOf(blob: Uint8Array): number {
  return Buffer.from(blob).readUInt16BE(6);
}

describe('a data key', () => {
  it.each([
    [{ KeySpec: 'AES_256' }, 32],
    [{ KeySpec: 'AES_128' }, 16],
    [{ NumberOfBytes: 64 }, 64],
  ] as const)('%j has %i bytes, and is decrypted by its key', async (size, length) => {
    const made = await kms.send(new GenerateDataKeyCommand({ KeyId, ...size }));

    expect(made.Plaintext).toHaveLength(length);
    const opened = await decrypt(made.CiphertextBlob ?? new Uint8Array());
    expect(opened.Plaintext).toEqual(made.Plaintext);
  });

  it('is given in its encrypted form only, if asked', async () => {
    const command = new GenerateDataKeyWithoutPlaintextCommand({ KeyId, KeySpec: 'AES_256' });
    const made = await kms.send(command);

    expect(made).not.toHaveProperty('Plaintext');
    const opened = await decrypt(made.CiphertextBlob ?? new Uint8Array());
    expect(opened.Plaintext).toHaveLength(32);
  });
});
