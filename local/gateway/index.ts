export {
  findFreePort,
  type Gateway,
  type GatewayOptions,
  PortInUse,
  refuseUsedPort,
  startGateway,
} from './gateway.ts';
export { createSites, type OpenSites } from './sites.ts';
