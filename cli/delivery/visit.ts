import type { DeliveryPlan } from '../../delivery/index.ts';
import { type Connection, connect } from '../connection/connection.ts';
import { assumeRole } from './assume-role.ts';
import { findEnvironment } from './read-plan.ts';

/** The clients of AWS in an environment, with the role for steps that look at it. */
export async function visit(plan: DeliveryPlan, environment: string): Promise<Connection> {
  const { region, visitRole } = findEnvironment(plan, environment);
  return connect({ aws: true, region, credentials: await assumeRole(visitRole, region) });
}
