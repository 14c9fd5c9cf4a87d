import type { Cloud } from '../cloud/cloud.ts';

/**
 * A text of a template with `http://` in place of `https://` before an address of this runtime, which has no TLS: on
 * AWS the same attribute is a host that has. So a callback address or a policy for pages names what browsers open here.
 */
export function withoutTls(text: string, { endpoint = '', sites }: Cloud): string {
  if (!text.includes('https://')) return text;
  const endpoints = [endpoint, ...(sites?.addresses() ?? [])];
  const hosts = endpoints
    .map((endpoint) => endpoint.replace('http://', ''))
    .filter((host) => host !== '');
  return hosts.reduce((replaced, host) => {
    const port = host.slice(host.lastIndexOf(':'));
    return replaced
      .replaceAll(`https://${host}`, `http://${host}`)
      .replaceAll(
        new RegExp(`https://([a-z0-9.-]+\\.localhost)${port}(?!\\d)`, 'g'),
        `http://$1${port}`,
      );
  }, text);
}
