import type { ServiceName } from './service-name.ts';

/** Service names in ARNs that differ from the names here. */
const ARN_SERVICES: Readonly<Record<string, ServiceName>> = {
  elasticloadbalancing: 'elasticloadbalancingv2',
  events: 'eventbridge',
  monitoring: 'cloudwatch',
  states: 'stepfunctions',
};

/** The service that an ARN names; undefined for a text that is no ARN. This runtime may not have it. */
export function serviceOfArn(arn: string): ServiceName | undefined {
  const name = arn.split(':', 3)[2] ?? '';
  return name === '' ? undefined : (ARN_SERVICES[name] ?? (name as ServiceName));
}
