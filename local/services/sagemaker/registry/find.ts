import { ValidationException } from '../errors.ts';
import {
  type ModelPackageGroupRecord,
  type ModelPackageRecord,
  packageKey,
  type Registry,
} from './records.ts';

/** The name in a name or ARN. */
function nameIn(nameOrArn: string, type: string): string {
  const match = new RegExp(`^arn:[^:]*:sagemaker:[^:]*:[^:]*:${type}/(.+)$`).exec(nameOrArn);
  return match?.[1] ?? nameOrArn;
}

export function groupName(nameOrArn: string | undefined): string {
  return nameIn(nameOrArn ?? '', 'model-package-group');
}

/** @throws ValidationException as AWS words it */
export function findGroup(
  registry: Registry,
  nameOrArn: string | undefined,
): ModelPackageGroupRecord {
  const name = groupName(nameOrArn);
  const group = registry.groups.get(name);
  if (group !== undefined) return group;
  const arn = registry.cloud.arn('sagemaker', `model-package-group/${name}`);
  throw new ValidationException(`ModelPackageGroup ${arn} does not exist.`);
}

/** The ARN for a name or ARN, also of packages that do not exist. */
export function packageArn(registry: Registry, nameOrArn: string | undefined): string {
  return registry.cloud.arn(
    'sagemaker',
    `model-package/${nameIn(nameOrArn ?? '', 'model-package')}`,
  );
}

/** @throws ValidationException as AWS words it */
export function findPackage(registry: Registry, nameOrArn: string | undefined): ModelPackageRecord {
  const [group = '', version] = nameIn(nameOrArn ?? '', 'model-package').split('/');
  const key = version === undefined ? group : packageKey(group, '', Number(version));
  const found = registry.packages.get(key);
  if (found !== undefined) return found;
  throw new ValidationException(`ModelPackage ${packageArn(registry, nameOrArn)} does not exist.`);
}
