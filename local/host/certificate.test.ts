import { X509Certificate } from 'node:crypto';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { createLoopbackCertificate } from './certificate.ts';

it('is a certificate that OpenSSL reads: an authority for the loopback address, signed by itself', () => {
  const { certificate } = createLoopbackCertificate();

  const read = new X509Certificate(certificate);

  expect(read.ca).toBe(true);
  expect(read.subjectAltName).toBe('IP Address:127.0.0.1, DNS:localhost');
  expect(read.verify(read.publicKey)).toBe(true);
  expect(Date.parse(read.validFrom)).toBeLessThan(Date.now());
  expect(Date.parse(read.validTo)).toBeGreaterThan(Date.now() + 300 * 86_400_000);
});

it('serves a client that trusts it, and no other', async () => {
  const { certificate, key } = createLoopbackCertificate();
  const server = createServer({ cert: certificate, key }, (_request, response) => response.end());
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const statusWith = (ca: string | undefined) =>
    new Promise((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port,
        agent: false,
        ...(ca === undefined ? {} : { ca }),
      };
      get(options, (response) => resolve(response.statusCode)).once('error', reject);
    });

  const trusted = await statusWith(certificate);

  expect(trusted).toBe(200);
  await expect(statusWith(createLoopbackCertificate().certificate)).rejects.toThrow(/certificate/);
  server.close();
});
