import type { AnyOperation, Call, Permission } from './service.ts';

/**
 * One operation of a service: the permissions it requires, and what it does with the state of its service.
 * Inputs and outputs are the SDK's request and response shapes.
 *
 * @example
 * GetParameter: {
 *   readOnly: true,
 *   permissions: (input: GetParameterRequest, { cloud }) => onParameter(cloud, 'GetParameter', input.Name),
 *   run: (input: GetParameterRequest, state) => describe(find(state, input.Name)),
 * }
 */
export interface ServiceOperation<State, Input extends object = object, Output = unknown> {
  /** The operation changes nothing, so it also works while the disk is full. */
  readonly readOnly?: boolean;
  /** @see Operation.durable */
  readonly durable?: false;
  /** The permissions that the caller needs for this input; checked before `run`. */
  permissions(input: Input, state: State): Permission | readonly Permission[];
  run(input: Input, state: State, call: Call): Output | Promise<Output>;
}

/** An input that the API model has judged: the members that it requires are there. `permissions` may see others. */
export type Checked<Input> = {
  readonly [Member in keyof Input]: Partial<Pick<Input, Member>> extends Pick<Input, Member>
    ? Input[Member]
    : Exclude<Input[Member], undefined>;
};

/** The operations that an AWS SDK client has, for example `OperationName<SSM>`. */
export type OperationName<Client> = Exclude<
  Capitalize<Extract<keyof Client, string>>,
  'Config' | 'Destroy' | 'MiddlewareStack' | 'Send' | `${'Paginate' | 'WaitUntil'}${string}`
>;

/** A group of operations of one service. A name that its SDK client does not have does not compile. */
export type OperationTable<Client, State> = {
  readonly [Name in OperationName<Client>]?: ServiceOperation<State>;
};

/** Binds groups of operations to the state of their service. */
export function bindOperations<State>(
  state: State,
  ...tables: readonly Readonly<Record<string, ServiceOperation<State> | undefined>>[]
): Readonly<Record<string, AnyOperation>> {
  const operations: Record<string, AnyOperation> = {};
  for (const [name, operation] of tables.flatMap((table) => Object.entries(table))) {
    if (operation !== undefined) operations[name] = bindOperation(state, operation);
  }
  return operations;
}

function bindOperation<State>(state: State, operation: ServiceOperation<State>): AnyOperation {
  return {
    readOnly: operation.readOnly === true,
    durable: operation.durable !== false,
    permissions(input) {
      const needed = operation.permissions(input, state);
      return 'action' in needed ? [needed] : needed;
    },
    run: (input, call) => operation.run(input, state, call),
  };
}

/** The permission to pass a role to a service, `iam:PassRole`. */
export function passRole(roleArn: string, service: string): Permission {
  return {
    action: 'iam:PassRole',
    resource: roleArn,
    context: { 'iam:PassedToService': service },
  };
}
