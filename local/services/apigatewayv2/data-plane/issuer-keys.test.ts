import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Cloud } from '../../../cloud/cloud.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { createVirtualClock, type VirtualClock } from '../../../host/clock.ts';
import { createTestCloud } from '../../../testing/cloud.testing.ts';
import { IssuerKeys } from './issuer-keys.ts';

/** An issuer of tokens that another program of this machine serves. */

const HOURS_2_MS = 7_200_000;
const DOCUMENT_BYTES = 150_000;

let server: Server;
let name: string;
let jwk: JWK;
let keyIds: string[];
let requests: string[];
let answer: RequestListener;
let clock: VirtualClock;
let cloud: Cloud;
let keys: IssuerKeys;

beforeAll(async () => {
  jwk = await exportJWK((await generateKeyPair('RS256')).publicKey);
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  name = `http://127.0.0.1:${(server.address() as AddressInfo).port}/pool`;
});

beforeEach(() => {
  requests = [];
  keyIds = ['one'];
  answer = (request, response) => {
    const document =
      request.url === '/pool/keys'
        ? { keys: keyIds.map((kid) => ({ ...jwk, kid })) }
        : { issuer: 'https://issuer.example', jwks_uri: `${name}/keys` };
    response.end(JSON.stringify(document));
  };
  clock = createVirtualClock();
  cloud = createTestCloud(
    [
      () => ({
        name: 'ssm',
        operations: {},
        accessDenied: (message) => new ServiceError('AccessDenied', message),
        web({ host }) {
          if (host !== 'broken.example') return undefined;
          return Promise.resolve({ status: 404, headers: [], body: '' });
        },
      }),
    ],
    { clock },
  );
  keys = new IssuerKeys(cloud);
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const DISCOVERY = '/pool/.well-known/openid-configuration';

// https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
it.each(['', '/'])('its discovery document names its keys: %j at the end', async (end) => {
  const issuer = await keys.find(`${name}${end}`, 'one');

  expect(requests).toEqual([DISCOVERY, '/pool/keys']);
  expect([...issuer.keyIds]).toEqual(['one']);
  expect(
    [`${name}${end}`, 'https://issuer.example', 'https://other.example', ''].map((iss) =>
      issuer.isNamed(iss),
    ),
  ).toEqual([true, true, false, false]);
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html: two hours
it('its keys are kept for two hours', async () => {
  await keys.find(name, 'one');
  clock.advance(HOURS_2_MS - 1);
  await keys.find(name, 'one');
  const kept = requests.length;
  clock.advance(1);
  await keys.find(name, 'one');

  expect([kept, requests.length]).toEqual([2, 4]);
});

it('is asked again for a key that is not known, but not within five seconds', async () => {
  await keys.find(name, 'one');
  keyIds = ['one', 'two'];
  clock.advance(4_999);
  const tooSoon = await keys.find(name, 'two');
  clock.advance(1);
  const later = await keys.find(name, 'two');

  expect([[...tooSoon.keyIds], [...later.keyIds]]).toEqual([['one'], ['one', 'two']]);
});

it('that did not answer is asked again after five seconds', async () => {
  const works = answer;
  answer = (_, response) => response.writeHead(503).end();
  await expect(keys.find(name, 'one')).rejects.toThrow(name);
  answer = works;
  clock.advance(4_999);
  await expect(keys.find(name, 'one')).rejects.toThrow('answers 503');
  clock.advance(1);

  expect((await keys.find(name, 'one')).keyIds.has('one')).toBe(true);
  expect(requests).toEqual([DISCOVERY, DISCOVERY, '/pool/keys']);
});

/** A discovery document of so many bytes. */
const ofBytes = (bytes: number): RequestListener => {
  const works = answer;
  return (request, response) => {
    if (request.url === '/pool/keys') works(request, response);
    else {
      const text = JSON.stringify({ issuer: name, jwks_uri: `${name}/keys` });
      response.end(text.padEnd(bytes, ' '));
    }
  };
};

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html: 150,000 bytes
describe('a document', () => {
  it('of 150,000 bytes is read', async () => {
    answer = ofBytes(DOCUMENT_BYTES);

    expect((await keys.find(name, 'one')).keyIds.has('one')).toBe(true);
  });

  it('of more is not read', async () => {
    answer = ofBytes(DOCUMENT_BYTES + 1);

    await expect(keys.find(name, 'one')).rejects.toThrow('too large');
  });

  it('that leads to another address is not followed', async () => {
    answer = (_, response) => response.writeHead(302, { location: `${name}/elsewhere` }).end();

    await expect(keys.find(name, 'one')).rejects.toThrow('fetch failed');
    expect(requests).toEqual([DISCOVERY]);
  });

  it('that is not JSON is an error', async () => {
    answer = (_, response) => response.end('<html>');

    await expect(keys.find(name, 'one')).rejects.toThrow('JSON');
  });

  it('that a service of this process does not have is an error', async () => {
    await expect(keys.find('https://broken.example', 'one')).rejects.toThrow(
      'https://broken.example/.well-known/openid-configuration answers 404',
    );
  });
});

it.each(['https://127.0.0.1.example.com', 'http://localhost.example.com', 'http://192.168.0.1'])(
  '%s is not on this machine, and is not asked',
  async (other) => {
    await expect(keys.find(other, 'one')).rejects.toThrow(
      `${other} is not on this machine; the runtime asks no other`,
    );
  },
);
