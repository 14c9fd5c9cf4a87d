import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DeliveryPlan, PLAN_FILE, planSchema } from '../../delivery/index.ts';
import { UserError } from '../terminal/user-error.ts';

/**
 * The plan that `cdk synth` wrote beside the templates.
 *
 * @throws UserError where there is none
 */
export function readPlan(assembly: string): DeliveryPlan {
  const file = join(assembly, PLAN_FILE);
  if (!existsSync(file)) {
    throw new UserError(
      `There is no ${file}; nothing was done. Give stepmill.config.ts a block "pipeline", then run "npx cdk synth".`,
    );
  }
  return planSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** @throws UserError naming the environments there are */
export function findEnvironment(
  plan: DeliveryPlan,
  name: string,
): DeliveryPlan['environments'][string] {
  const found = plan.environments[name];
  if (found !== undefined) return found;
  throw new UserError(
    `There is no environment "${name}"; nothing was done. The environments are ${Object.keys(plan.environments).join(', ')}.`,
  );
}
