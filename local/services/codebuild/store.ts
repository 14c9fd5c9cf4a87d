import type {
  BuildArtifacts,
  BuildPhase,
  BuildPhaseType,
  CreateProjectInput,
  CreateReportGroupInput,
  EnvironmentVariable,
  LogsConfig,
  PhaseContext,
  ProjectArtifacts,
  ProjectCache,
  ProjectEnvironment,
  ProjectSource,
  StatusType,
} from '@aws-sdk/client-codebuild';
import type { TestResult } from '../../builds/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Table } from '../../store/index.ts';

/** A project. Times are in epoch milliseconds. */
export interface ProjectRecord {
  readonly name: string;
  readonly content: CreateProjectInput;
  readonly created: number;
  readonly lastModified: number;
  /** How many builds it has had. */
  readonly buildCount: number;
}

export interface PhaseRecord {
  readonly type: BuildPhaseType;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly status?: NonNullable<BuildPhase['phaseStatus']>;
  readonly contexts?: readonly PhaseContext[];
}

/** What a build runs: its project's settings with the overrides of its request. */
export interface BuildSettings {
  readonly source: ProjectSource;
  readonly secondarySources: readonly ProjectSource[];
  readonly artifacts: ProjectArtifacts;
  readonly secondaryArtifacts: readonly ProjectArtifacts[];
  readonly environment: ProjectEnvironment;
  readonly variables: readonly EnvironmentVariable[];
  readonly cache?: ProjectCache;
  readonly logs: LogsConfig;
  readonly serviceRole: string;
  readonly timeoutMinutes: number;
  readonly queuedMinutes: number;
  readonly encryptionKey: string;
  readonly sourceVersion?: string;
}

export interface BuildRecord {
  /** `project:uuid` */
  readonly id: string;
  readonly project: string;
  readonly number: number;
  readonly initiator: string;
  readonly settings: BuildSettings;
  readonly status: StatusType;
  readonly currentPhase: BuildPhaseType;
  readonly phases: readonly PhaseRecord[];
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly logStream?: { readonly group: string; readonly stream: string };
  readonly exported: readonly { readonly name: string; readonly value: string }[];
  readonly uploaded: readonly BuildArtifacts[];
  readonly reportArns: readonly string[];
  readonly token?: string;
}

export interface ReportGroupRecord {
  readonly name: string;
  readonly content: CreateReportGroupInput;
  readonly created: number;
  readonly lastModified: number;
}

export interface ReportRecord {
  /** `group:uuid` */
  readonly id: string;
  readonly group: string;
  readonly buildArn: string;
  readonly status: 'FAILED' | 'INCOMPLETE' | 'SUCCEEDED';
  readonly created: number;
  readonly truncated: boolean;
  readonly cases: readonly TestResult[];
}

/** The tables of AWS CodeBuild. */
export class CodeBuildStore {
  readonly projects: Table<ProjectRecord>;
  readonly reportGroups: Table<ReportGroupRecord>;
  readonly reports: Table<ReportRecord>;
  readonly #builds: Table<BuildRecord>;

  constructor({ store }: Cloud) {
    this.projects = store.table('codebuild.projects', {
      name: 'string',
      content: 'object',
      created: 'number',
      lastModified: 'number',
      buildCount: 'number',
    });
    this.#builds = store.table('codebuild.builds', {
      id: 'string',
      project: 'string',
      number: 'number',
      initiator: 'string',
      settings: {
        source: 'object',
        secondarySources: 'list',
        artifacts: 'object',
        secondaryArtifacts: 'list',
        environment: 'object',
        variables: 'list',
        logs: 'object',
        serviceRole: 'string',
        timeoutMinutes: 'number',
        queuedMinutes: 'number',
        encryptionKey: 'string',
      },
      status: 'string',
      currentPhase: 'string',
      phases: 'list',
      startedAt: 'number',
      exported: 'list',
      uploaded: 'list',
      reportArns: 'list',
    });
    this.reportGroups = store.table('codebuild.report-groups', {
      name: 'string',
      content: 'object',
      created: 'number',
      lastModified: 'number',
    });
    this.reports = store.table('codebuild.reports', {
      id: 'string',
      group: 'string',
      buildArn: 'string',
      status: 'string',
      created: 'number',
      truncated: 'boolean',
      cases: 'list',
    });
  }

  build(id: string): BuildRecord | undefined {
    return this.#builds.get(id);
  }

  /** All builds, or those of a project, from the oldest to the newest. */
  builds(project?: string): readonly BuildRecord[] {
    const range = project === undefined ? {} : { prefix: `${project}:` };
    return Array.from(this.#builds.entries(range), ([, build]) => build).toSorted(
      (one, other) => one.startedAt - other.startedAt || one.number - other.number,
    );
  }

  putBuild(build: BuildRecord): void {
    this.#builds.put(build.id, build);
  }

  deleteBuild(id: string): boolean {
    return this.#builds.delete(id);
  }
}
