import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createStack } from '../../../infra/testing/project-stack.testing.ts';
import { preparePythonPrograms } from '../../python-programs.ts';
import { STACK_SHAPES } from '../shapes.ts';
import { deploy, readTemplate } from './deploy.ts';
import { type EmulatorProgram, MINISTACK, MOTO, startEmulator } from './emulator.ts';
import { covers, type Unsupported, withoutUnsupported } from './template.ts';

const WITHOUT_VERSIONS: readonly Unsupported[] = [
  'AWS::StepFunctions::StateMachineAlias',
  'AWS::StepFunctions::StateMachineVersion',
  'Custom::StepmillVersions',
].map((type) => ({ type, reason: 'it has no versions of state machines' }));

/** The resources that each emulator does not support; any other error fails the test. */
const emulators: readonly [string, EmulatorProgram, readonly Unsupported[]][] = [
  [
    'MiniStack',
    MINISTACK,
    [
      ...WITHOUT_VERSIONS,
      { type: 'AWS::SageMaker::ModelPackageGroup', reason: 'it has no SageMaker' },
      { type: 'AWS::CloudWatch::Alarm', property: 'Metrics', reason: 'it has no metric math' },
      {
        type: 'Custom::S3AutoDeleteObjects',
        reason: 'its functions lack the SDK that the runtime nodejs brings',
      },
    ],
  ],
  [
    'moto',
    MOTO,
    [
      ...WITHOUT_VERSIONS,
      ...[
        'AWS::CloudWatch::Alarm',
        'AWS::S3::BucketPolicy',
        'AWS::SageMaker::ModelPackageGroup',
        'AWS::SNS::TopicPolicy',
        'AWS::SQS::QueuePolicy',
      ].map((type) => ({ type, reason: 'its CloudFormation does not support the type' })),
      ...['Custom::S3AutoDeleteObjects', 'Custom::StepmillTeardown'].map((type) => ({
        type,
        reason: 'it runs functions in containers only',
      })),
      {
        type: 'AWS::SSM::Parameter',
        reason: 'it reads the tags of a parameter as a list; CloudFormation has a map',
      },
      { type: 'AWS::Scheduler::Schedule', reason: 'it answers without their logical ids' },
    ],
  ],
];

const UNKNOWN_TYPE = 'Template format error: Unrecognized resource types: [AWS::Glue::Nothing]';

/** The only asset of a stack without functions. */
const templateFile = {
  template: {
    source: { path: 'app.template.json', packaging: 'file' },
    destinations: { here: { objectKey: 'app.json' } },
  },
};

let programs: string;

beforeAll(async () => {
  programs = await preparePythonPrograms(resolve('test/witness/emulators/requirements.txt'));
}, 600_000);

describe.each(emulators)('%s', (_name, program, unsupported) => {
  it.each(STACK_SHAPES)('creates every resource of a stack %s', async (_shape, project) => {
    const { app, stack } = createStack(project);
    const assembly = app.synth().directory;
    const expected = withoutUnsupported(readTemplate(assembly, stack.artifactId), unsupported);
    const emulator = await startEmulator(program, programs);
    try {
      const { status, failures, resources } = await deploy(
        emulator.endpoint,
        assembly,
        stack.artifactId,
        unsupported,
      );

      expect(failures).toEqual([]);
      expect(status).toBe('CREATE_COMPLETE');
      expect(resources).toEqual(
        Object.fromEntries(Object.keys(expected.Resources).map((id) => [id, 'CREATE_COMPLETE'])),
      );
    } finally {
      await emulator.stop();
    }
  });

  it('fails for a resource type that does not exist', async () => {
    const assembly = mkdtempSync(join(tmpdir(), 'stepmill-emulators-'));
    const Resources = { Mutant: { Type: 'AWS::Glue::Nothing' } };
    writeFileSync(join(assembly, 'app.template.json'), JSON.stringify({ Resources }));
    writeFileSync(join(assembly, 'app.assets.json'), JSON.stringify({ files: templateFile }));
    const emulator = await startEmulator(program, programs);
    try {
      const deployed = deploy(emulator.endpoint, assembly, 'app', []);

      const resources = await deployed.then(
        (done) => done.resources,
        (error: Error) => error.message,
      );
      // Each emulator reports it differently; the tests above fail for both forms.
      expect([{ '': 'CREATE_COMPLETE' }, UNKNOWN_TYPE]).toContainEqual(resources);
    } finally {
      await emulator.stop();
      rmSync(assembly, { recursive: true });
    }
  });

  it('lacks only the listed resources', () => {
    const resources = STACK_SHAPES.flatMap(([, project]) => {
      const { app, stack } = createStack(project);
      return Object.values(readTemplate(app.synth().directory, stack.artifactId).Resources);
    });

    for (const entry of unsupported) {
      expect(resources.some((resource) => covers(entry, resource))).toBe(true);
    }
  });
});
