export { type Gateway, type GatewayOptions, PortInUse, startGateway } from './gateway.ts';
