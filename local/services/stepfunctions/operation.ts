import type { Permission } from '../../cloud/service.ts';

/** A member that the API model requires. */
export function given(value: string | undefined): string {
  return value ?? '';
}

/** The permission that most operations need: one action on the ARN in one member. */
export function allow(action: string, resource: string | undefined): readonly Permission[] {
  return [{ action: `states:${action}`, resource: resource ?? '*' }];
}
