import type { Cloud } from '../../../cloud/cloud.ts';
import { InvalidParameterValueException } from '../errors.ts';
import type { LambdaStore, LayerVersionRecord } from '../store.ts';

/** A version of a layer in any account and region. */
interface LayerVersionReference {
  readonly region: string;
  readonly accountId: string;
  readonly name: string;
  readonly version: number;
}

export function layerArn(cloud: Cloud, name: string): string {
  return cloud.arn('lambda', `layer:${name}`);
}

export function layerVersionArn(cloud: Cloud, name: string, version: number): string {
  return `${layerArn(cloud, name)}:${version}`;
}

/** The name of a layer, which requests may give as its ARN. */
export function layerNameOf(nameOrArn: string | undefined): string {
  return nameOrArn?.split(':layer:')[1] ?? nameOrArn ?? '';
}

/** The API model checks the form of the ARN. */
export function parseLayerVersionArn(arn: string): LayerVersionReference {
  const [, , , region = '', accountId = '', , name = '', version] = arn.split(':');
  return { region, accountId, name, version: Number(version) };
}

/** The key of a version, padded so that versions sort. Names have no `|`. */
export function layerKey(name: string, version: number): string {
  return `${name}|${String(version).padStart(9, '0')}`;
}

/** @throws InvalidParameterValueException for a number that no version has */
export function findLayerVersion(
  store: LambdaStore,
  name: string,
  version: number,
): LayerVersionRecord | undefined {
  checkVersionNumber(version);
  return store.layerVersions.get(layerKey(name, version));
}

/** @throws InvalidParameterValueException */
export function checkVersionNumber(version: number): void {
  if (version >= 1) return;
  throw new InvalidParameterValueException('Layer Version Cannot be less than 1');
}
