import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../host/clock.ts';
import { createTestCloud, storeBehind } from '../../testing/cloud.testing.ts';
import { ExpiredToken, InvalidClientTokenId } from './errors.ts';
import { SessionTokens } from './session-tokens.ts';

const ROLE = 'arn:aws:iam::000000000000:role/r';

function createTokens() {
  const clock = createVirtualClock();
  const cloud = createTestCloud([], { clock });
  const tokens = new SessionTokens(cloud);
  const issued = tokens.issue(ROLE, 'session', 900);
  return { clock, cloud, tokens, issued };
}

const credentialsOf = ({
  AccessKeyId,
  SessionToken,
}: {
  readonly AccessKeyId: string;
  readonly SessionToken: string;
}) => ({ accessKeyId: AccessKeyId, sessionToken: SessionToken });

// https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html
describe('temporary credentials', () => {
  it('have the form of AWS, and end when they were asked to', () => {
    const { issued, clock, tokens } = createTokens();
    expect(issued).toEqual({
      AccessKeyId: expect.stringMatching(/^ASIA[0-9A-F]{16}$/),
      SecretAccessKey: expect.stringMatching(/^[\w-]{40}$/),
      SessionToken: expect.stringMatching(/^stepmill\./),
      Expiration: new Date(clock.now() + 900_000),
    });
    expect(tokens.secretOf(issued.AccessKeyId)).toBe(issued.SecretAccessKey);
    expect(tokens.issue(ROLE, 'session', 900).AccessKeyId).not.toBe(issued.AccessKeyId);
  });

  it('stand for the session of a role until they end', () => {
    const { issued, clock, tokens } = createTokens();
    expect(tokens.session(credentialsOf(issued))).toMatchObject({
      roleArn: ROLE,
      arn: 'arn:aws:sts::000000000000:assumed-role/r/session',
    });
    clock.advance(899_999);
    expect(tokens.session(credentialsOf(issued))).toBeDefined();
    clock.advance(1);
    expect(() => tokens.session(credentialsOf(issued))).toThrow(ExpiredToken);
  });

  it('stay valid after a restart, and mean nothing to another runtime', () => {
    const { issued, cloud, clock } = createTokens();
    const restarted = new SessionTokens(createTestCloud([], { clock, store: storeBehind(cloud) }));
    const other = new SessionTokens(createTestCloud([], { clock, seed: 2 }));
    expect(restarted.session(credentialsOf(issued))).toBeDefined();
    expect(restarted.secretOf(issued.AccessKeyId)).toBe(issued.SecretAccessKey);
    expect(() => other.session(credentialsOf(issued))).toThrow(InvalidClientTokenId);
    expect(other.secretOf(issued.AccessKeyId)).not.toBe(issued.SecretAccessKey);
  });

  it('that were changed are refused', () => {
    const { issued, tokens } = createTokens();
    const { accessKeyId, sessionToken } = credentialsOf(issued);
    const [prefix = '', content = '', seal = ''] = sessionToken.split('.');
    const session = JSON.parse(Buffer.from(content, 'base64url').toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...session, roleArn: 'arn:other' }));
    for (const token of [
      `${prefix}.${forged.toString('base64url')}.${seal}`,
      `${prefix}.${content}.${seal.slice(1)}`,
      `${prefix}.${content}.`,
      `${prefix}.${content}`,
      `${prefix}.`,
    ]) {
      expect(() => tokens.session({ accessKeyId, sessionToken: token })).toThrow(
        InvalidClientTokenId,
      );
    }
    const other = tokens.issue(ROLE, 'session', 900);
    expect(() => tokens.session({ accessKeyId: other.AccessKeyId, sessionToken })).toThrow(
      InvalidClientTokenId,
    );
  });

  it.each([
    ['of a user', { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', sessionToken: undefined }],
    ['of AWS', { accessKeyId: 'ASIAIOSFODNN7EXAMPLE', sessionToken: 'IQoJb3JpZ2luX2VjE' }],
  ])('%s are of no session here', (_name, credentials) => {
    expect(createTokens().tokens.session(credentials)).toBeUndefined();
  });

  it.each(['AKIA0123456789ABCDEF', 'ASIA0123456789ABCDE', 'ASIA0123456789ABCDEF0', 'test'])(
    'have no secret for the key %s',
    (accessKeyId) => {
      expect(createTokens().tokens.secretOf(accessKeyId)).toBeUndefined();
    },
  );
});
