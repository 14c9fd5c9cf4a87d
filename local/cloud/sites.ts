/** Ports of their own for the sites that services serve, such as distributions. */
export interface Sites {
  /** The port of the first site; 0 for any free ones. */
  readonly port: number;
  /**
   * Listens for a site, on the next free port. Its requests are given to the services with this host.
   *
   * @param host the name that the service knows the site by
   */
  open(host: string): Promise<void>;
  close(host: string): Promise<void>;
  /** `host:port` of a site; undefined if it is not open. */
  address(host: string): string | undefined;
  /** The addresses of all sites, in the order of their ports. */
  addresses(): readonly string[];
}
