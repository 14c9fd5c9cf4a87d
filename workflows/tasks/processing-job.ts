import { Duration } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { nameBucketKey } from '../bucket-key.ts';
import { jsonata, object, quote, uniqueName } from '../jsonata.ts';
import type { JobStep, WatchingStep } from '../names.ts';
import type { ProjectCode, ProjectResources } from '../project-resources.ts';
import type { ScriptWork } from './step-work.ts';

/** A job's time limit counts from its start; instances take their time before. */
const PROVISIONING = Duration.minutes(30);

const inputRoot = '/opt/ml/processing/input';
const outputRoot = '/opt/ml/processing/output';

/** How long the state waits for a job of that limit. */
export function jobTimeout(seconds: number): Timeout {
  return Timeout.duration(Duration.seconds(seconds + PROVISIONING.toSeconds()));
}

/** An input as JSONata; `uri` is an expression for a prefix or one object. */
export function folderInput(name: string, uri: string): string {
  return `{"InputName": ${quote(name)}, "S3Input": {
  "S3Uri": ${uri},
  "LocalPath": ${quote(`${inputRoot}/${name}`)},
  "S3DataType": "S3Prefix",
  "S3InputMode": "File",
  "S3DataDistributionType": "FullyReplicated",
  "S3CompressionType": "None"
}}`;
}

/** An output as JSONata; `uri` is an expression for a prefix. */
export function output(name: string, uri: string): string {
  const place = {
    S3Uri: uri,
    LocalPath: quote(`${outputRoot}/${name}`),
    S3UploadMode: quote('EndOfJob'),
  };
  return object({ OutputName: quote(name), S3Output: object(place) });
}

/** The settings of a step in a project. */
interface StepSettings {
  readonly script: string;
  readonly arguments: Readonly<Record<string, string | number | boolean>>;
  readonly instanceType: string;
  readonly volumeSizeGb: number;
  readonly timeoutSeconds: number;
}

interface ProcessingRequest {
  readonly step: JobStep | WatchingStep;
  /** @default that of the step */
  readonly role?: IRole;
  /** @default the project's scripts */
  readonly code?: Pick<ProjectCode, 'zipUri' | 'zipName'>;
  readonly image: string;
  readonly settings: StepSettings;
  /** Inputs in JSONata; the scripts are added. */
  readonly inputs: readonly string[];
  /** Further inputs: an expression for a list. */
  readonly moreInputs?: string;
  readonly outputs: readonly string[];
}

/** The request of CreateProcessingJob. */
export function processingRequest(
  resources: ProjectResources,
  request: ProcessingRequest,
): Record<string, unknown> {
  const { names } = resources;
  const { code = resources.code, settings } = request;
  const inputs = `[${[folderInput('code', quote(code.zipUri)), ...request.inputs].join(', ')}]`;
  const containerArguments = Object.entries(settings.arguments).flatMap(([name, value]) => [
    `--${name}`,
    String(value),
  ]);
  return {
    ProcessingJobName: jsonata(uniqueName(names.jobPrefix(request.step))),
    RoleArn: roleOf(resources, request).roleArn,
    AppSpecification: {
      ImageUri: request.image,
      ContainerEntrypoint: ['python3', '-m', settings.script.replace(/\.py$/, '')],
      ...(containerArguments.length === 0 ? {} : { ContainerArguments: containerArguments }),
    },
    // Python imports straight from the zip file that the asset is.
    Environment: { PYTHONPATH: `${inputRoot}/code/${code.zipName}` },
    ProcessingInputs: jsonata(
      request.moreInputs === undefined ? inputs : `$append(${inputs}, ${request.moreInputs})`,
    ),
    ProcessingOutputConfig: {
      Outputs: jsonata(`[${request.outputs.join(', ')}]`),
      ...nameBucketKey(resources),
    },
    ProcessingResources: {
      ClusterConfig: {
        InstanceType: settings.instanceType,
        InstanceCount: 1,
        VolumeSizeInGB: settings.volumeSizeGb,
      },
    },
    StoppingCondition: { MaxRuntimeInSeconds: settings.timeoutSeconds },
  };
}

function roleOf({ jobRoles }: ProjectResources, { role, step }: ProcessingRequest): IRole {
  const chosen = role ?? (step in jobRoles ? jobRoles[step as JobStep] : undefined);
  if (chosen === undefined) throw new Error(`The step ${step} has no role`);
  return chosen;
}

/** Expressions for what an evaluation reads and writes. */
interface EvaluationProps {
  readonly step: 'evaluate' | 'compare';
  readonly candidate: { readonly preprocessor: string; readonly model: string };
  /** A variable `{preprocessor, model}`; its members are missing where there is no champion. */
  readonly champion: string;
  readonly test: string;
  readonly manifest: string;
  readonly output: string;
}

/** Measures a candidate, and a champion where there is one, on the same rows. */
export function evaluationWork({
  step,
  candidate,
  champion,
  test,
  manifest,
  output: uri,
}: EvaluationProps): ScriptWork {
  return {
    step,
    inputs: { manifest, test, preprocessor: candidate.preprocessor, model: candidate.model },
    moreInputs: {
      when: `$exists(${champion}.model)`,
      inputs: {
        'champion-preprocessor': `${champion}.preprocessor`,
        'champion-model': `${champion}.model`,
      },
    },
    outputs: { evaluation: uri },
  };
}
