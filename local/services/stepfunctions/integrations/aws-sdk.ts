import { unsupported } from './failures.ts';
import { requestIntegration } from './request-response.ts';
import { sdkService, shapeOfOperation } from './sdk-services.ts';
import type { Integration } from './task.ts';

/**
 * `arn:aws:states:::aws-sdk:<service>:<action>`: any operation of any service this runtime has.
 * @param name the service, in lower case
 * @param action in camelCase
 */
export function sdkIntegration(name: string, action: string): Integration {
  const service = sdkService(name);
  if (service === undefined) return missing(`aws-sdk:${name}`);
  const operation = action.slice(0, 1).toUpperCase() + action.slice(1);
  if (shapeOfOperation(service, operation) === undefined) {
    return missing(`aws-sdk:${name}:${action}`);
  }
  return requestIntegration({ service, operation });
}

/** An integration that AWS has and this runtime lacks; its task fails and says so by name. */
export function missing(resource: string): Integration {
  return {
    refusal: () => undefined,
    async start({ reporter }) {
      reporter.started();
      reporter.failed(
        unsupported(
          `stepmill has no service integration '${resource}'. The task did nothing. docs/local.md lists the integrations there are.`,
        ),
      );
    },
  };
}
