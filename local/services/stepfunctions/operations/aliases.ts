import type {
  CreateStateMachineAliasInput,
  CreateStateMachineAliasOutput,
  DeleteStateMachineAliasInput,
  DeleteStateMachineAliasOutput,
  DescribeStateMachineAliasInput,
  DescribeStateMachineAliasOutput,
  ListStateMachineAliasesInput,
  ListStateMachineAliasesOutput,
  RoutingConfigurationListItem,
  SFN,
  UpdateStateMachineAliasInput,
  UpdateStateMachineAliasOutput,
} from '@aws-sdk/client-sfn';
import type { Checked, OperationTable } from '../../../cloud/operation.ts';
import { parseArn, parseArnOf } from '../arns.ts';
import {
  AliasNotFound,
  ConflictException,
  ResourceNotFound,
  ServiceQuotaExceeded,
  StateMachineDeleting,
  ValidationException,
} from '../errors.ts';
import { ALIASES_PER_MACHINE } from '../limits.ts';
import { aliasOf, machineOf, refuseLabel } from '../lookup.ts';
import { allow, given } from '../operation.ts';
import { pageOf } from '../paging.ts';
import type { StepFunctionsState } from '../state.ts';
import type { AliasRecord, Route } from '../stores/machine-store.ts';

/** Aliases: names that route to one version or, by weight, to two. */
export const aliasOperations: OperationTable<SFN, StepFunctionsState> = {
  CreateStateMachineAlias: {
    permissions: ({ name, routingConfiguration }: CreateStateMachineAliasInput) =>
      allow('CreateStateMachineAlias', aliasArnOf(routingConfiguration, name)),
    run: (input: Checked<CreateStateMachineAliasInput>, state) =>
      createStateMachineAlias(state, input),
  },
  UpdateStateMachineAlias: {
    permissions: (input: UpdateStateMachineAliasInput) =>
      allow('UpdateStateMachineAlias', input.stateMachineAliasArn),
    run: (input: UpdateStateMachineAliasInput, state) => updateStateMachineAlias(state, input),
  },
  DescribeStateMachineAlias: {
    readOnly: true,
    permissions: (input: DescribeStateMachineAliasInput) =>
      allow('DescribeStateMachineAlias', input.stateMachineAliasArn),
    run: (input: DescribeStateMachineAliasInput, state) => describeStateMachineAlias(state, input),
  },
  DeleteStateMachineAlias: {
    permissions: (input: DeleteStateMachineAliasInput) =>
      allow('DeleteStateMachineAlias', input.stateMachineAliasArn),
    run(input: DeleteStateMachineAliasInput, { machines }): DeleteStateMachineAliasOutput {
      // Deleting an alias that does not exist succeeds, as recorded on AWS.
      machines.removeAlias(aliasArn(input.stateMachineAliasArn));
      return {};
    },
  },
  ListStateMachineAliases: {
    readOnly: true,
    permissions: (input: ListStateMachineAliasesInput) =>
      allow('ListStateMachineAliases', input.stateMachineArn),
    run: (input: ListStateMachineAliasesInput, state) => listStateMachineAliases(state, input),
  },
};

function createStateMachineAlias(
  state: StepFunctionsState,
  input: Checked<CreateStateMachineAliasInput>,
): CreateStateMachineAliasOutput {
  const { cloud, machines } = state;
  const name = given(input.name);
  const { machineArn, routes } = checkedRoutes(state, input.routingConfiguration);
  const arn = `${machineArn}:${name}`;
  const existing = machines.alias(arn);
  if (existing !== undefined) {
    if (!isSame(existing, input.description, routes)) {
      throw new ConflictException(
        'Failed to create alias because an alias with the same name and a different routing configuration already exists.',
      );
    }
    return { stateMachineAliasArn: arn, creationDate: new Date(existing.creationDate) };
  }
  if ([...machines.aliases(machineArn)].length >= ALIASES_PER_MACHINE) {
    throw new ServiceQuotaExceeded(
      `The maximum number of aliases for the state machine has been reached: ${ALIASES_PER_MACHINE}`,
    );
  }
  const creationDate = cloud.clock.now();
  const { description } = input;
  machines.putAlias({
    arn,
    machineArn,
    name,
    description,
    routes,
    creationDate,
    updateDate: creationDate,
  });
  return { stateMachineAliasArn: arn, creationDate: new Date(creationDate) };
}

function updateStateMachineAlias(
  state: StepFunctionsState,
  input: UpdateStateMachineAliasInput,
): UpdateStateMachineAliasOutput {
  const { cloud, machines } = state;
  const alias = machines.alias(aliasArn(input.stateMachineAliasArn));
  if (alias === undefined) throw new AliasNotFound(given(input.stateMachineAliasArn));
  if (input.description === undefined && input.routingConfiguration === undefined) {
    throw new ValidationException(
      'Either the description or the routing configuration must be specified',
      'MISSING_REQUIRED_PARAMETER',
    );
  }
  const routes =
    input.routingConfiguration === undefined
      ? alias.routes
      : checkedRoutes(state, input.routingConfiguration, alias.machineArn).routes;
  const description = input.description ?? alias.description;
  const updateDate = cloud.clock.now();
  machines.putAlias({ ...alias, description, routes, updateDate });
  return { updateDate: new Date(updateDate) };
}

function describeStateMachineAlias(
  state: StepFunctionsState,
  input: DescribeStateMachineAliasInput,
): DescribeStateMachineAliasOutput {
  const alias = aliasOf(state, given(input.stateMachineAliasArn));
  return {
    stateMachineAliasArn: alias.arn,
    name: alias.name,
    ...(alias.description === undefined ? {} : { description: alias.description }),
    routingConfiguration: [...alias.routes],
    creationDate: new Date(alias.creationDate),
    updateDate: new Date(alias.updateDate),
  };
}

function listStateMachineAliases(
  state: StepFunctionsState,
  input: ListStateMachineAliasesInput,
): ListStateMachineAliasesOutput {
  const { cloud, machines } = state;
  const arn = given(input.stateMachineArn);
  refuseLabel(arn);
  const parsed = parseArnOf(arn, 'stateMachine', 'version');
  machineOf(state, parsed.machineArn);
  const { maxResults, nextToken } = input;
  const request = {
    listing: ['ListStateMachineAliases', arn],
    maxResults,
    nextToken,
    now: cloud.clock.now(),
  };
  const page = pageOf(request, (after) =>
    leadingTo(
      parsed.kind === 'version' ? arn : undefined,
      machines.aliases(parsed.machineArn, after === undefined ? {} : { after }),
    ),
  );
  return {
    stateMachineAliases: page.items.map((alias) => ({
      stateMachineAliasArn: alias.arn,
      creationDate: new Date(alias.creationDate),
    })),
    nextToken: page.nextToken,
  };
}

/**
 * Validates the routes of a request; returns them with the machine of their versions.
 *
 * @param ownerArn the machine of the alias, if it exists
 */
function checkedRoutes(
  { machines }: StepFunctionsState,
  items: readonly RoutingConfigurationListItem[],
  ownerArn?: string,
) {
  const routes = parseRoutes(items);
  const [first] = routes;
  const named = parseArnOf(first?.stateMachineVersionArn ?? '', 'version');
  const machineArn = ownerArn ?? named.machineArn;
  const machine = machines.machine(machineArn);
  if (machine === undefined) throw new ResourceNotFound(machineArn);
  if (machine.deleting) throw new StateMachineDeleting(machineArn);
  for (const { stateMachineVersionArn } of routes) {
    const routed = parseArnOf(stateMachineVersionArn, 'version');
    if (routed.machineArn !== machineArn) {
      throw invalidRouting(
        `Routing configuration must contain versions of the same state machine. Received: ${listed(routes)}`,
      );
    }
    if (machines.version(machineArn, routed.version) === undefined) {
      throw new ResourceNotFound(stateMachineVersionArn);
    }
  }
  return { machineArn, routes };
}

function aliasArn(arn: string | undefined): string {
  parseArnOf(given(arn), 'alias');
  return given(arn);
}

/** @param versionArn only aliases that route to it; undefined for all */
function* leadingTo(
  versionArn: string | undefined,
  aliases: Iterable<readonly [string, AliasRecord]>,
): Generator<readonly [string, AliasRecord]> {
  for (const entry of aliases) {
    const { routes } = entry[1];
    if (
      versionArn === undefined ||
      routes.some((route) => route.stateMachineVersionArn === versionArn)
    ) {
      yield entry;
    }
  }
}

function aliasArnOf(
  routes: readonly RoutingConfigurationListItem[] | undefined,
  name: string | undefined,
): string {
  const versionArn = routes?.[0]?.stateMachineVersionArn ?? '';
  return versionArn.replace(/:\d+$/, `:${name ?? ''}`);
}

function parseRoutes(items: readonly RoutingConfigurationListItem[]): readonly Route[] {
  const routes = items.map(({ stateMachineVersionArn, weight }) => ({
    stateMachineVersionArn: stateMachineVersionArn ?? '',
    weight: weight ?? 0,
  }));
  const arns = routes.map((route) => route.stateMachineVersionArn);
  if (arns.some((arn) => parseArn(arn).kind !== 'version')) {
    throw invalidRouting(
      `Routing configuration must contain state machine version ARNs. Received: ${listed(routes)}`,
    );
  }
  if (new Set(arns).size !== arns.length) {
    throw invalidRouting(
      `Routing configuration must contain distinct state machine version ARNs. Received: ${listed(routes)}`,
    );
  }
  const weights = routes.map(({ weight }) => weight);
  if (weights.reduce((sum, weight) => sum + weight, 0) !== 100) {
    throw invalidRouting(
      `Sum of routing configuration weights must equal 100. Received: [${weights.join(', ')}]`,
    );
  }
  return routes;
}

/** A list in the format of AWS's messages. */
function listed(routes: readonly Route[]): string {
  return `[${routes.map((route) => route.stateMachineVersionArn).join(', ')}]`;
}

function invalidRouting(message: string): ValidationException {
  return new ValidationException(message, 'INVALID_ROUTING_CONFIGURATION');
}

function isSame(
  alias: AliasRecord,
  description: string | undefined,
  routes: readonly Route[],
): boolean {
  return (
    alias.description === description && JSON.stringify(alias.routes) === JSON.stringify(routes)
  );
}
