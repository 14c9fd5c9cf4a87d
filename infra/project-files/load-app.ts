import {
  type Config,
  ConfigError,
  type Project,
  salvageEnvironments,
} from '../../definition/index.ts';
import { type ContextSettings, isOfContext, judgeEnvironments } from '../environment-settings.ts';
import { judgeReferences } from './judge-references.ts';
import { loadConfig, placeMistakes } from './load-config.ts';
import { listProjects, loadProjects } from './load-projects.ts';
import { ProjectFilesError } from './project-files-error.ts';

/** What the files of an app declare. */
export interface AppFiles {
  readonly projects: readonly Project[];
  /** Undefined without a `stepmill.config.ts`. */
  readonly config: Config | undefined;
}

/**
 * Loads the projects and the environments of an app.
 *
 * @param folder the folder of the app
 * @param context what stands above the file; without it, only the file and its references are judged
 * @param known what has not changed since it was loaded
 * @throws ProjectFilesError that names every mistake of every file
 */
export async function loadApp(
  folder: string,
  context?: ContextSettings,
  known: Partial<AppFiles> = {},
): Promise<AppFiles> {
  const [projects, config] = await Promise.allSettled([
    known.projects ?? loadProjects(folder),
    'config' in known ? known.config : loadConfig(folder),
  ]);
  const written = config.status === 'fulfilled' ? config.value : writtenBehind(config.reason);
  const loaded = projects.status === 'fulfilled' ? projects.value : undefined;
  const shown = [
    ...judgeReferences(written, { folder, names: listProjects(folder), projects: loaded ?? [] }),
    ...(context === undefined || loaded === undefined
      ? []
      : judgeEnvironments(
          { environments: salvageEnvironments(written), handover: handoverOf(written) },
          loaded,
          context,
        )),
  ];
  const mistakes = [
    ...shown.filter(isOfContext),
    ...(await placeMistakes(
      folder,
      shown.filter((each) => !isOfContext(each)),
    )),
  ];
  if (projects.status === 'fulfilled' && config.status === 'fulfilled' && mistakes.length === 0) {
    return { projects: projects.value, config: config.value };
  }
  const reasons: readonly unknown[] = [projects, config].flatMap((each) =>
    each.status === 'rejected' ? [each.reason] : [],
  );
  const [first, ...others] = reasons;
  if (first !== undefined && others.length === 0 && mistakes.length === 0) throw first;
  throw new ProjectFilesError(
    [...reasons.flatMap(mistakesOf), ...mistakes],
    projects.status === 'fulfilled' ? 'The configuration has' : 'The files of the app have',
  );
}

function handoverOf(written: unknown): unknown {
  return (written as { readonly handover?: unknown } | null | undefined)?.handover;
}

/** What a configuration with mistakes says. */
function writtenBehind(reason: unknown): unknown {
  const { cause } = reason as { readonly cause?: unknown };
  return cause instanceof ConfigError ? cause.input : undefined;
}

function mistakesOf(reason: unknown): readonly string[] {
  if (reason instanceof ProjectFilesError) return reason.mistakes;
  throw reason;
}
