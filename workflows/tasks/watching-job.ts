import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { jsonata } from '../jsonata.ts';
import type { WatchingStep } from '../names.ts';
import type { ProjectResources } from '../project-resources.ts';
import { noShortage } from './await-capacity.ts';
import { CreateJob } from './create-job.ts';
import { isCompleted } from './is-completed.ts';
import { jobTimeout, processingRequest } from './processing-job.ts';
import { retryJob } from './retries.ts';

interface WatchingJob {
  readonly step: WatchingStep;
  /** A module of `monitoring/python/`. */
  readonly script: 'score' | 'monitor';
  readonly role: IRole;
  readonly image: string;
  readonly settings: {
    readonly instanceType: string;
    readonly volumeSizeGb: number;
    readonly timeoutSeconds: number;
  };
  /** As `folderInput` renders them. */
  readonly inputs: readonly string[];
  /** Further inputs: an expression for a list. */
  readonly moreInputs?: string;
  readonly outputs: readonly string[];
  readonly arguments: Readonly<Record<string, string | number>>;
  readonly assign: Readonly<Record<string, unknown>>;
}

/** A processing job of the scripts that watch models. */
export function watchingJob(
  scope: Construct,
  id: string,
  resources: ProjectResources,
  { script, role, settings, assign, arguments: given, ...request }: WatchingJob,
): CreateJob {
  const { names, watchingCode } = resources;
  if (watchingCode === undefined) throw new Error(`${id}: the project has no scripts for it`);
  const job = new CreateJob(scope, id, {
    kind: 'processing',
    namePrefix: names.jobPrefix(request.step),
    role,
    taskTimeout: jobTimeout(settings.timeoutSeconds),
    arguments: processingRequest(resources, {
      ...request,
      role,
      code: watchingCode,
      settings: { ...settings, script: `${script}.py`, arguments: given },
    }),
    assign: {
      watched: jsonata(isCompleted('ProcessingJobStatus', '$states.result.ProcessingJobName', id)),
      ...assign,
      ...noShortage,
    },
    outputs: {},
  });
  for (const retry of retryJob) job.addRetry(retry);
  return job;
}
