import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction, IVersion } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Monitoring, Project, Retraining, Scoring } from '../definition/index.ts';
import type { KeyLayout } from '../events/index.ts';
import type { JobStep, Names } from './names.ts';
import type { ServingService } from './serving-service.ts';

/** The scripts of a project as its jobs find them. */
export interface ProjectCode {
  /** `s3://…/<hash>.zip`, imported by Python from the zip file itself. */
  readonly zipUri: string;
  /** The file name in `zipUri`. */
  readonly zipName: string;
  /** `s3://…/<hash>.tar.gz` for SageMaker's script mode. */
  readonly archiveUri: string;
  /** Changes with the scripts and with what they are run, judged and registered by. */
  readonly version: string;
  /** The commit the app was synthesized from, where it was given. */
  readonly commit?: string;
}

/** The functions that a project needs whose datasets are folders. */
export interface FolderHandlers {
  /** Says which files a folder held when it was closed. */
  readonly close: IFunction;
  /** Copies them below the run. */
  readonly keep: IFunction;
}

/** What the scoring of a project works with. */
export interface ScoringResources {
  readonly settings: Scoring;
  readonly inspectRows: IFunction;
  readonly summarizeScores: IFunction;
  /** The role of the model that scores: it reads rows and writes answers. */
  readonly modelRole: IRole;
  /** The role of the job that explains answers; undefined with scripts of one's own. */
  readonly explainRole: IRole | undefined;
  /** The role of the job that measures drift; undefined with scripts of one's own, which describe no baseline. */
  readonly measureRole: IRole | undefined;
}

/** What the monitoring of a project works with. */
export interface MonitoringResources {
  readonly settings: Monitoring;
  readonly gatherCaptures: IFunction;
  readonly role: IRole;
}

/** What the retraining of a project works with. */
export interface RetrainingResources {
  readonly settings: Retraining;
  readonly gatherLabels: IFunction;
  readonly combineDatasets: IFunction;
}

/** A step runs in a task of ECS, of one revision of its task definition. */
export interface FargateCompute {
  readonly type: 'fargate';
  readonly clusterArn: string;
  readonly clusterName: string;
  /** With its revision: a running execution does not meet that of a later deployment. */
  readonly taskDefinitionArn: string;
  /** Matches every revision, because running executions keep the revision of an earlier deployment. */
  readonly revisionsArn: string;
  readonly containerName: string;
  /** The roles that the task is given. */
  readonly roles: readonly IRole[];
  readonly network: {
    readonly subnets: readonly string[];
    readonly securityGroups: readonly string[];
    readonly assignPublicIp: boolean;
  };
  readonly spot: boolean;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly logs: { readonly groupName: string; readonly groupArn: string; readonly prefix: string };
}

/** A step runs in a function from an image. */
export interface LambdaCompute {
  readonly type: 'lambda';
  /** As published: a running execution does not meet the code of a later deployment. */
  readonly version: IVersion;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
}

/** A step runs as a job of SageMaker. */
export interface SageMakerCompute {
  readonly type: 'sagemaker';
  /** The image and the time limit of a training job that runs all steps; undefined of a job for one step. */
  readonly oneJob?: { readonly image: string; readonly timeoutSeconds: number };
}

export type StepCompute = SageMakerCompute | FargateCompute | LambdaCompute;

/** The function that serves models on Lambda. Promotion publishes its versions and owns the alias. */
export interface ServingFunction {
  readonly name: string;
  readonly arn: string;
  /** The alias that clients invoke. */
  readonly alias: string;
  /** The name of the log group of all versions. */
  readonly logGroup: string;
  /** What every version has in its environment beside its model. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What the workflows of a project work with; `infra/` makes it. */
export interface ProjectResources {
  readonly project: Project;
  readonly names: Names;
  readonly keys: KeyLayout;
  readonly bucket: IBucket;
  /** The key of the bucket's objects; undefined where they have keys of S3. */
  readonly key?: IKey | undefined;
  /** Who works on what. */
  readonly claims: ITable;
  readonly topic: ITopic;
  readonly code: ProjectCode;
  /** The roles of processing and training jobs: each writes only what its step makes. */
  readonly jobRoles: Readonly<Record<JobStep, IRole>>;
  /** Where each step runs. */
  readonly compute: Readonly<Record<JobStep, StepCompute>>;
  /** The role of models behind the endpoint; undefined where models serve outside SageMaker. */
  readonly servingRole?: IRole | undefined;
  /** Only where models serve on Lambda. */
  readonly serving?: ServingFunction | undefined;
  /** Only where models serve in containers. */
  readonly service?: ServingService | undefined;
  /** The accounts whose archives of models are read where they are; undefined where models are copied, or come from nowhere. */
  readonly sharedFrom?: readonly string[] | undefined;
  /** The accounts that models come from and whose buckets have keys of their own. @default none */
  readonly keysFrom?: readonly string[];
  /** Whether commits are tried on reference data in this environment. */
  readonly triesReferences?: boolean;
  readonly inspectDataset: IFunction;
  /** Undefined where every upload is a dataset of its own. */
  readonly folderHandlers?: FolderHandlers | undefined;
  readonly smokeTest: IFunction;
  /** Undefined where files are not scored as a whole. */
  readonly scoring?: ScoringResources | undefined;
  /** Undefined where the live model is not watched. */
  readonly monitoring?: MonitoringResources | undefined;
  /** Undefined where only people and uploads start a training. */
  readonly retraining?: RetrainingResources | undefined;
  /** The scripts that watch models; undefined where none are watched. */
  readonly watchingCode?: Pick<ProjectCode, 'zipUri' | 'zipName'> | undefined;
  readonly processingImage: string;
  readonly trainingImage: string;
  /** Alarms that take a new model back while it bakes. */
  readonly rollbackAlarmNames: readonly string[];
  /** Alarms about a model on trial, which withdraw it. */
  readonly trialAlarmNames: readonly string[];
}
