import type { Operation, Permission } from '../../cloud/service.ts';

/** One operation as this service writes it: its input obeys the API model, as the cloud's door judges it. */
export function operation<Input extends object, Output>(
  spec: Operation<Input, Output>,
): Operation<Input, Output> {
  return spec;
}

/** A member that the API model requires. */
export function given(value: string | undefined): string {
  return value ?? '';
}

/** What most operations need: one action on the ARN in one member. */
export function allow(action: string, resource: string | undefined): readonly Permission[] {
  return [{ action: `states:${action}`, resource: resource ?? '*' }];
}
