import type { Permission } from '../../../cloud/service.ts';
import { InvalidParameterValueException, UnsupportedFunction } from '../errors.ts';
import { LAYERS_PER_FUNCTION, UNZIPPED_BYTES } from '../limits.ts';
import type { LambdaState } from '../state.ts';
import type { FunctionLayer } from '../store.ts';
import { findLayerVersion, parseLayerVersionArn } from './layer-arn.ts';

/** Whoever adds a layer to a function needs the permission to read it. */
export function withLayers(
  { cloud }: LambdaState,
  permissions: readonly Permission[],
  { Layers = [] }: { readonly Layers?: readonly string[] | undefined },
): readonly Permission[] {
  const own = Layers.filter((arn) => parseLayerVersionArn(arn).accountId === cloud.accountId);
  return [
    ...permissions,
    ...own.map((resource) => ({ action: 'lambda:GetLayerVersion', resource })),
  ];
}

/**
 * The layers of a function, in the order of the request.
 *
 * @throws InvalidParameterValueException as AWS would refuse them
 * @throws UnsupportedFunction for a layer of another account
 */
export function findLayers(state: LambdaState, arns: readonly string[]): readonly FunctionLayer[] {
  if (arns.length > LAYERS_PER_FUNCTION) {
    throw new InvalidParameterValueException('Cannot reference more than 5 layers.');
  }
  refuseVersionsOfOneLayer(arns);
  return arns.map((arn) => findLayer(state, arn));
}

/** @throws InvalidParameterValueException */
function refuseVersionsOfOneLayer(arns: readonly string[]): void {
  const versions = new Map<string, string>();
  for (const arn of arns) {
    const layer = arn.slice(0, arn.lastIndexOf(':'));
    const other = versions.get(layer);
    if (other !== undefined) {
      throw new InvalidParameterValueException(
        `Two different versions of the same layer are not allowed to be referenced in the same function. ${other} and ${arn} are versions of the same layer.`,
      );
    }
    versions.set(layer, arn);
  }
}

function findLayer({ cloud, store }: LambdaState, arn: string): FunctionLayer {
  const { region, accountId, name, version } = parseLayerVersionArn(arn);
  if (region !== cloud.region) {
    throw new InvalidParameterValueException(
      `Layers are not in the same region as the function. Layers are expected to be in region ${cloud.region}.`,
    );
  }
  if (accountId !== cloud.accountId) {
    throw new UnsupportedFunction(`layers of other accounts, such as ${arn}`);
  }
  const record = findLayerVersion(store, name, version);
  if (record === undefined) {
    throw new InvalidParameterValueException(`Layer version ${arn} does not exist.`);
  }
  return { arn, codeSha256: record.codeSha256, codeSizeBytes: record.codeSizeBytes };
}

/** @throws InvalidParameterValueException if the code and its layers are too large together */
export async function checkUnzippedSize(
  { code }: LambdaState,
  codeSha256: string,
  layers: readonly FunctionLayer[],
): Promise<void> {
  if (layers.length === 0) return;
  let size = await code.unzippedBytes(codeSha256);
  for (const layer of layers) size += await code.unzippedBytes(layer.codeSha256);
  if (size <= UNZIPPED_BYTES) return;
  throw new InvalidParameterValueException(
    `Function code combined with layers exceeds the maximum allowed size of ${UNZIPPED_BYTES} bytes. The actual size is ${size} bytes.`,
  );
}
