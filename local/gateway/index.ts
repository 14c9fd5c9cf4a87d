export {
  type Gateway,
  type GatewayOptions,
  PortInUse,
  refuseUsedPort,
  startGateway,
} from './gateway.ts';
