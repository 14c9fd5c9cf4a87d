import type { LoggingConfiguration } from '@aws-sdk/client-sfn';
import { type Cloud, UnsupportedOperation } from '../../cloud/cloud.ts';
import type { Principal } from '../../cloud/principal.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { AccessDenied, InvalidLoggingConfiguration } from './errors.ts';

/** What AWS shows for a machine without a logging configuration. */
export function withDefaults(
  configuration: LoggingConfiguration | undefined,
): LoggingConfiguration {
  return {
    ...configuration,
    level: configuration?.level ?? 'OFF',
    includeExecutionData: configuration?.includeExecutionData ?? false,
  };
}

/** The name of the log group a machine logs to. */
export function logGroupOf(configuration: LoggingConfiguration): string | undefined {
  const arn = configuration.destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn;
  return arn === undefined ? undefined : /:log-group:([^:]+)/.exec(arn)?.[1];
}

/**
 * Refuses a configuration as AWS does: not exactly one destination, a missing log group, or a
 * role without access to it.
 */
export async function checkLogging(
  cloud: Cloud,
  configuration: LoggingConfiguration,
  role: Principal,
): Promise<void> {
  const destinations = configuration.destinations ?? [];
  const off = configuration.level === undefined || configuration.level === 'OFF';
  if (destinations.length === 0 && off) return;
  if (destinations.length !== 1) {
    throw new InvalidLoggingConfiguration('Must specify exactly one Log Destination.');
  }
  const arn = destinations[0]?.cloudWatchLogsLogGroup?.logGroupArn;
  if (arn !== undefined && !arn.endsWith(':*')) {
    throw new InvalidLoggingConfiguration("Log Group ARN must be provided with '*' qualifier.");
  }
  const group = logGroupOf(configuration);
  if (group === undefined) throw new InvalidLoggingConfiguration('Log Destination not found.');
  const found = await describeGroups(cloud, group, role);
  if (found !== undefined && !found.some((name) => name === group)) {
    throw new InvalidLoggingConfiguration('Log Destination not found.');
  }
}

interface LogGroups {
  readonly logGroups?: readonly { readonly logGroupName?: string }[];
}

/** Undefined if this runtime has no CloudWatch Logs. */
async function describeGroups(
  cloud: Cloud,
  logGroupNamePrefix: string,
  role: Principal,
): Promise<readonly (string | undefined)[] | undefined> {
  try {
    const { logGroups = [] } = await cloud.call<LogGroups>(role, 'logs', 'DescribeLogGroups', {
      logGroupNamePrefix,
    });
    return logGroups.map(({ logGroupName }) => logGroupName);
  } catch (error) {
    if (error instanceof UnsupportedOperation) return undefined;
    if (error instanceof ServiceError && error.code.startsWith('AccessDenied')) {
      throw new AccessDenied(
        'The state machine IAM Role is not authorized to access the Log Destination',
      );
    }
    throw error;
  }
}
