import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  findUnknownPolicies,
  findUnknownTypes,
  listTypes,
  renderBootstrapTemplate,
} from '../../delivery/index.ts';
import { UserError } from '../terminal/user-error.ts';

const FOLDER = join('.stepmill', 'delivery');

/**
 * Writes the template of the policies with which CloudFormation deploys the environments of an account.
 *
 * @throws UserError naming resource types and policies of AWS whose permissions are not known
 */
export function writeBootstrap(
  assembly: string,
  environments: readonly string[],
): { readonly file: string; readonly types: readonly string[] } {
  const templates = environments.flatMap((environment) => readTemplates(assembly, environment));
  const types = listTypes(templates);
  const unknown = findUnknownTypes(types);
  if (unknown.length > 0) {
    throw new UserError(
      `The permissions of ${unknown.join(', ')} are not known; nothing was written. Add what CloudFormation's schema of the type names under "handlers" to delivery/bootstrap/handler-permissions.json.`,
    );
  }
  const policies = findUnknownPolicies(templates);
  if (policies.length > 0) {
    throw new UserError(
      `The services of ${policies.join(', ')} are not known, which roles of the app have; nothing was written. Add them to MANAGED_POLICIES in delivery/bootstrap/execution-policy.ts, because the boundary of the roles must allow them.`,
    );
  }
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `bootstrap-${environments.join('-')}.json`);
  writeFileSync(file, `${JSON.stringify(renderBootstrapTemplate(templates), undefined, 2)}\n`);
  return { file, types };
}

function readTemplates(assembly: string, environment: string): unknown[] {
  const folder = join(assembly, `assembly-${environment}`);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.template.json'))
    .map((name): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8')));
}
