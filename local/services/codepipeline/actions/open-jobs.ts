import type { Cloud } from '../../../cloud/cloud.ts';

/** What a function reported of its job. */
export interface JobResult {
  readonly failure?: { readonly message: string; readonly type: string };
  readonly variables: Readonly<Record<string, string>>;
  readonly continuationToken?: string;
}

/** The jobs that wait for the result of a function. */
export class OpenJobs {
  readonly #answers = new Map<string, JobResult | undefined>();
  /** Called when a job has its result. */
  onAnswer: () => void = () => {};

  open(id: string): void {
    this.#answers.set(id, undefined);
  }

  close(id: string): void {
    this.#answers.delete(id);
  }

  /** Whether a job waits; undefined for one that does not exist. */
  isWaiting(id: string): boolean | undefined {
    return this.#answers.has(id) ? this.#answers.get(id) === undefined : undefined;
  }

  put(id: string, result: JobResult): void {
    this.#answers.set(id, result);
    this.onAnswer();
  }

  answer(id: string): JobResult | undefined {
    return this.#answers.get(id);
  }
}

const known = new WeakMap<Cloud, OpenJobs>();

/** The open jobs of a cloud. */
export function jobsOf(cloud: Cloud): OpenJobs {
  const jobs = known.get(cloud) ?? new OpenJobs();
  known.set(cloud, jobs);
  return jobs;
}
