import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { ClientException } from './errors.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html */
const NAME = /^[A-Za-z0-9_-]{1,255}$/;
const IMAGE = /^[A-Za-z0-9_:./#@-]{1,255}$/;

/**
 * Judges the names by which a task finds its containers, images and folders.
 *
 * @throws ClientException
 */
export function checkNames({
  containerDefinitions = [],
  volumes = [],
}: RegisterTaskDefinitionRequest): void {
  for (const { image = '', name = '' } of containerDefinitions) {
    if (!NAME.test(name)) throw invalidCharacters('Container.name');
    if (!IMAGE.test(image)) throw invalidCharacters('Container.image');
  }
  const known = volumes.map(({ name = '' }) => name);
  if (!known.every((name) => NAME.test(name))) throw invalidCharacters('volume.name');
  const mounted = containerDefinitions.flatMap(({ mountPoints = [] }) => mountPoints);
  for (const { sourceVolume = '' } of mounted) {
    if (!known.includes(sourceVolume)) {
      throw new ClientException(`Unknown volume '${sourceVolume}'.`);
    }
  }
}

function invalidCharacters(member: string): ClientException {
  return new ClientException(`${member} contains invalid characters.`);
}
