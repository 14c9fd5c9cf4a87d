import { expect, it } from 'vitest';
import { createBuilder, renderBuild } from './images.ts';

const command = renderBuild(
  {
    name: 'trainer-task',
    folder: 'asset.abc',
    hash: 'abc',
    source: { dockerFile: 'Dockerfile', dockerBuildTarget: 'task', dockerBuildArgs: {} },
    destinations: [],
  } as unknown as Parameters<typeof renderBuild>[0],
  '000011112222.dkr.ecr.eu-west-1.amazonaws.com/stepmill/trainer-task',
  'v1',
);

function optionOf(args: readonly string[], name: string) {
  return args[args.indexOf(name) + 1];
}

it('writes the cache with a builder that can: the one of the engine refuses such a build', () => {
  // "Cache export is not supported for the docker driver", which `ignore-error` does not hold back:
  // https://github.com/docker/buildx/issues/701
  expect(optionOf(command, '--cache-to')).toContain('type=registry');
  expect(optionOf(createBuilder, '--driver')).toBe('docker-container');
  expect(optionOf(command, '--builder')).toBe(optionOf(createBuilder, '--name'));
});

// https://github.com/aws/amazon-sagemaker-feedback/issues/180
it('pushes one image in the format of Docker, which each service takes', () => {
  expect(optionOf(command, '--output')).toBe('type=registry,oci-mediatypes=false');
  expect(command).toEqual(expect.arrayContaining(['--provenance=false', '--sbom=false']));
});
