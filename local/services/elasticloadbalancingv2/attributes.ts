import { UnsupportedFeature, ValidationError } from './errors.ts';
import type { Texts } from './store.ts';

/** An attribute: its default, what it can be, and whether another value than the default has an effect here. */
interface Attribute {
  readonly default: string;
  readonly values: RegExp | readonly [minimum: number, maximum: number];
  readonly isFixed?: boolean;
}

const BOOLEAN = /^(?:true|false)$/;
const ANY = /^.{0,1024}$/;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html */
export const LOAD_BALANCER_ATTRIBUTES: Readonly<Record<string, Attribute>> = {
  'access_logs.s3.bucket': { default: '', values: ANY },
  'access_logs.s3.enabled': { default: 'false', values: BOOLEAN, isFixed: true },
  'access_logs.s3.prefix': { default: '', values: ANY },
  'client_keep_alive.seconds': { default: '3600', values: [60, 604_800] },
  'connection_logs.s3.bucket': { default: '', values: ANY },
  'connection_logs.s3.enabled': { default: 'false', values: BOOLEAN, isFixed: true },
  'connection_logs.s3.prefix': { default: '', values: ANY },
  'deletion_protection.enabled': { default: 'false', values: BOOLEAN },
  'idle_timeout.timeout_seconds': { default: '60', values: [1, 4_000] },
  'load_balancing.cross_zone.enabled': { default: 'true', values: /^true$/ },
  'routing.http.desync_mitigation_mode': {
    default: 'defensive',
    values: /^(?:defensive|monitor|strictest)$/,
  },
  'routing.http.drop_invalid_header_fields.enabled': { default: 'false', values: BOOLEAN },
  'routing.http.preserve_host_header.enabled': { default: 'false', values: BOOLEAN },
  'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': {
    default: 'false',
    values: BOOLEAN,
    isFixed: true,
  },
  'routing.http.xff_client_port.enabled': { default: 'false', values: BOOLEAN, isFixed: true },
  'routing.http.xff_header_processing.mode': {
    default: 'append',
    values: /^(?:append|preserve|remove)$/,
  },
  'routing.http2.enabled': { default: 'true', values: BOOLEAN },
  'waf.fail_open.enabled': { default: 'false', values: BOOLEAN },
  'zonal_shift.config.enabled': { default: 'false', values: BOOLEAN },
};

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html */
export const TARGET_GROUP_ATTRIBUTES: Readonly<Record<string, Attribute>> = {
  'deregistration_delay.timeout_seconds': { default: '300', values: [0, 3_600] },
  'load_balancing.algorithm.anomaly_mitigation': {
    default: 'off',
    values: /^(?:on|off)$/,
    isFixed: true,
  },
  'load_balancing.algorithm.type': {
    default: 'round_robin',
    values: /^(?:round_robin|least_outstanding_requests)$/,
  },
  'load_balancing.cross_zone.enabled': {
    default: 'use_load_balancer_configuration',
    values: /^(?:true|false|use_load_balancer_configuration)$/,
  },
  'slow_start.duration_seconds': { default: '0', values: [0, 900], isFixed: true },
  'stickiness.app_cookie.cookie_name': { default: '', values: ANY },
  'stickiness.app_cookie.duration_seconds': { default: '86400', values: [1, 604_800] },
  'stickiness.enabled': { default: 'false', values: BOOLEAN, isFixed: true },
  'stickiness.lb_cookie.duration_seconds': { default: '86400', values: [1, 604_800] },
  'stickiness.type': { default: 'lb_cookie', values: /^(?:lb_cookie|app_cookie)$/ },
  'target_group_health.dns_failover.minimum_healthy_targets.count': { default: '1', values: ANY },
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': {
    default: 'off',
    values: ANY,
  },
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': {
    default: '1',
    values: ANY,
  },
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': {
    default: 'off',
    values: ANY,
  },
};

/** All attributes with their values. */
export function withDefaults(known: Readonly<Record<string, Attribute>>, set: Texts): Texts {
  const defaults = Object.entries(known).map(([key, { default: value }]) => [key, value]);
  return { ...Object.fromEntries(defaults), ...set };
}

interface Given {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** The former attributes with changed ones. @throws ValidationError, UnsupportedFeature */
export function changeAttributes(
  known: Readonly<Record<string, Attribute>>,
  former: Texts,
  changes: readonly Given[] = [],
): Texts {
  const changed: Record<string, string> = { ...former };
  for (const { Key = '', Value = '' } of changes) {
    const attribute = Object.hasOwn(known, Key) ? known[Key] : undefined;
    if (attribute === undefined)
      throw new ValidationError(`Attribute key '${Key}' is not recognized`);
    if (!allows(attribute, Value)) {
      throw new ValidationError(`'${Value}' is not a valid value for attribute '${Key}'`);
    }
    if (attribute.isFixed === true && Value !== attribute.default) {
      throw new UnsupportedFeature(`the attribute ${Key} with the value ${Value}`);
    }
    changed[Key] = Value;
  }
  return changed;
}

function allows({ values }: Attribute, value: string): boolean {
  if (values instanceof RegExp) return values.test(value);
  const [minimum, maximum] = values;
  return /^\d{1,7}$/.test(value) && Number(value) >= minimum && Number(value) <= maximum;
}

export function attributeList(attributes: Texts): { Key: string; Value: string }[] {
  return Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
}

/** A number of seconds, in milliseconds. */
export function secondsOf(attributes: Texts, key: string): number {
  return Number(attributes[key]) * 1_000;
}

/** How long a deregistered target keeps its requests, in milliseconds. */
export function delayOf({ attributes }: { readonly attributes: Texts }): number {
  return secondsOf(attributes, 'deregistration_delay.timeout_seconds');
}
