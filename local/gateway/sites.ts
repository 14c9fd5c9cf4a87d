import type { CloudDirectory } from '../cloud/cloud.ts';
import type { Sites } from '../cloud/sites.ts';
import type { Logger } from '../host/logger.ts';
import { type Gateway, startGateway } from './gateway.ts';

export interface SitesOptions {
  readonly clouds: CloudDirectory;
  /** A loopback address. */
  readonly host: string;
  /** Of the first site; the next one has the next port. 0 takes any free ports. */
  readonly port: number;
  readonly logger: Logger;
}

/** The servers of sites. */
export interface OpenSites extends Sites {
  /** Opens the sites that the services have had before. @throws PortInUse */
  openAll(): Promise<void>;
  closeAll(): Promise<void>;
}

/** Serves sites on ports beside the gateway's; without a site no port is opened. */
export function createSites({ clouds, host, logger, port }: SitesOptions): OpenSites {
  const open = new Map<string, { readonly index: number; readonly gateway: Gateway }>();

  function nextIndex(): number {
    const used = new Set([...open.values()].map(({ index }) => index));
    return (
      Array.from({ length: used.size + 1 }, (_, index) => index).find((one) => !used.has(one)) ?? 0
    );
  }

  const sites: OpenSites = {
    port,
    async open(site) {
      if (open.has(site)) return;
      const index = nextIndex();
      const options = { clouds, host, logger, site, port: port === 0 ? 0 : port + index };
      open.set(site, { index, gateway: await startGateway(options) });
    },
    async close(site) {
      const found = open.get(site);
      open.delete(site);
      await found?.gateway.close();
    },
    address(site) {
      return open.get(site)?.gateway.endpoint.replace('http://', '');
    },
    addresses() {
      return [...open.values()]
        .sort((a, b) => a.index - b.index)
        .map(({ gateway }) => gateway.endpoint);
    },
    async openAll() {
      const all = clouds.all().flatMap((cloud) => cloud.sitesOfServices());
      for (const site of all) await sites.open(site);
    },
    async closeAll() {
      await Promise.all([...open.keys()].map((site) => sites.close(site)));
    },
  };
  return sites;
}
