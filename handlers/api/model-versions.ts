import { createHash } from 'node:crypto';
import {
  DescribeModelPackageCommand,
  type DescribeModelPackageCommandOutput,
} from '@aws-sdk/client-sagemaker';
import type { AnswerOf, Routes } from '../../api/index.ts';
import { type Api, BRIEFLY_MS, type KnownProject } from './api-state.ts';
import { timeOf } from './executions.ts';
import { liveVersion } from './predict-records.ts';
import { ProblemError } from './problem-error.ts';
import { nameVersion, numberOf, splitVersion } from './version-name.ts';

export type ModelPackage = DescribeModelPackageCommandOutput;
export type VersionSummary = AnswerOf<Routes['listModels']>['models'][number];

/** A version with its package and its project. */
export interface KnownVersion {
  readonly version: string;
  readonly known: KnownProject;
  readonly found: ModelPackage;
}

/**
 * Finds a version.
 *
 * @throws ProblemError `project-not-found` or `version-not-found`
 */
export async function findVersion(api: Api, version: string): Promise<KnownVersion> {
  const { project, number } = splitVersion(version);
  const known = await api.project(project);
  return { version, known, found: await readPackage(api, known, number) };
}

async function readPackage(api: Api, known: KnownProject, number: number): Promise<ModelPackage> {
  const { trainingStateMachineArn, modelPackageGroupName, project } = known.resources;
  const [, partition, , region, account] = trainingStateMachineArn.split(':');
  const arn = `arn:${partition}:sagemaker:${region}:${account}:model-package/${modelPackageGroupName}/${number}`;
  try {
    return await describePackage(api, arn);
  } catch (error) {
    // SageMaker has one error for everything that it refuses.
    if (!(error instanceof Error) || !/ValidationException|ResourceNotFound/.test(error.name)) {
      throw error;
    }
    throw new ProblemError('version-not-found', `${project} has no version ${number}.`);
  }
}

/** Reads a package as it is now. */
export function describePackage({ clients }: Api, arn: string): Promise<ModelPackage> {
  return clients.sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName: arn }));
}

/** Reads a package as it was in the last seconds. */
export function describePackageBriefly(api: Api, arn: string): Promise<ModelPackage> {
  return api.cache.get(`package ${arn}`, BRIEFLY_MS, () => describePackage(api, arn));
}

/** Changes with a decision, and not with what promotions note on the package. */
export function revisionOf({ ModelApprovalStatus, ApprovalDescription }: ModelPackage): string {
  const text = `${ModelApprovalStatus}\n${ApprovalDescription ?? ''}`;
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** What lists say of a version. */
export async function summarizeVersion(
  api: Api,
  known: KnownProject,
  found: ModelPackage,
): Promise<VersionSummary> {
  const { project } = known.facts;
  const number = found.ModelPackageVersion ?? numberOf(found.ModelPackageArn) ?? 0;
  const version = nameVersion(project, number);
  const notes = found.CustomerMetadataProperties ?? {};
  return {
    version,
    project,
    number,
    modelPackageArn: found.ModelPackageArn ?? '',
    status: found.ModelApprovalStatus ?? 'PendingManualApproval',
    isLive: (await liveVersion(api, known)) === version,
    registeredAt: timeOf(found.CreationTime),
    dataset: notes['datasetId'],
    algorithm: notes['algorithm'],
    metrics: readMetrics(notes),
    decision: found.ApprovalDescription,
    promotion: notes['promotion'],
  };
}

const METRIC = 'metric.';

/** What the registry keeps as text: `metric.mse`, `metric.out-of-fold.auc`. */
function readMetrics(notes: Readonly<Record<string, string>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(notes).flatMap(([name, text]) => {
      const value = Number(text);
      return name.startsWith(METRIC) && Number.isFinite(value)
        ? [[name.slice(METRIC.length), value] as const]
        : [];
    }),
  );
}
