import type { IChainable, State } from 'aws-cdk-lib/aws-stepfunctions';
import { choose, when } from '../../../choice.ts';
import { jsonata } from '../../../jsonata.ts';
import { hasWaitedTooLong, type Protocol } from '../../protocol.ts';
import { servingOf } from './function-serving.ts';
import { callLambda } from './live-version.ts';

/**
 * What is to be kept warm is ready before the version gets requests: on the version, because an alias with two versions
 * would share it. https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
 */
export function provision(protocol: Protocol, next: State): State {
  const { scope, resources } = protocol;
  const { provisionedConcurrency } = servingOf(resources);
  if (provisionedConcurrency === undefined) return next;
  const wait = protocol.waitForOthers('Wait for provisioned concurrency');
  const check = protocol.guard(
    callLambda(scope, 'Check provisioned concurrency', resources, {
      action: 'getProvisionedConcurrencyConfig',
      arguments: { Qualifier: jsonata('$release.version') },
      assign: {
        provisioned: jsonata(
          '{"status": $states.result.Status, "reason": $string($states.result.StatusReason)}',
        ),
      },
    }),
  );
  wait.next(check);
  const release = removeProvisioned(
    protocol,
    'Stop provisioning',
    '$release.version',
    protocol.failWith(
      'Nothing provisioned',
      '"Lambda could not provision concurrency for version " & $release.version & ", so that nothing was changed for clients: " & $provisioned.reason',
    ),
  );
  check.next(
    choose(scope, 'Concurrency provisioned?')
      .when(when('$provisioned.status = "READY"'), next)
      .when(when(`$provisioned.status = "FAILED" or ${hasWaitedTooLong}`), release)
      .otherwise(wait),
  );
  const put = protocol.guard(
    callLambda(scope, 'Provision concurrency', resources, {
      action: 'putProvisionedConcurrencyConfig',
      arguments: {
        Qualifier: jsonata('$release.version'),
        ProvisionedConcurrentExecutions: provisionedConcurrency,
      },
    }),
  );
  put.next(wait);
  return put;
}

/** What a version without requests has provisioned costs money; what is not removed now is removed with the version. */
export function removeProvisioned(
  { scope, resources }: Protocol,
  id: string,
  version: string,
  next: IChainable,
): IChainable {
  if (servingOf(resources).provisionedConcurrency === undefined) return next;
  const remove = callLambda(scope, id, resources, {
    action: 'deleteProvisionedConcurrencyConfig',
    arguments: { Qualifier: jsonata(version) },
  });
  remove.addCatch(next, { errors: ['States.ALL'], outputs: {} });
  remove.next(next);
  return remove;
}
