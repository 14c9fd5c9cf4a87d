import type { Cloud } from '../../cloud.ts';
import type { Call, Operation, Permission } from '../../service.ts';
import { type Constraints, checkConstraints } from './constraints.ts';

/** One operation as this service writes it. */
export interface OperationSpec<Input extends object, Output> {
  /** Checked before `run`, with AWS's `ValidationException`. */
  readonly constraints: Constraints;
  permissions(input: Input, cloud: Cloud): readonly Permission[];
  run(input: Input, call: Call): Output | Promise<Output>;
}

/** Makes an operation that checks the constraints of the API model before it runs. */
export function operation<Input extends object, Output>(
  spec: OperationSpec<Input, Output>,
): Operation<Input, Output> {
  return {
    permissions: (input, cloud) => spec.permissions(input, cloud),
    run(input, call) {
      checkConstraints(input, spec.constraints);
      return spec.run(input, call);
    },
  };
}

/** A member that the constraints have made sure of. */
export function given(value: string | undefined): string {
  return value ?? '';
}

/** What most operations need: one action on the ARN in one member. */
export function allow(action: string, resource: string | undefined): readonly Permission[] {
  return [{ action: `states:${action}`, resource: resource ?? '*' }];
}
