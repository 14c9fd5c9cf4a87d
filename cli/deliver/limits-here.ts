import { BatchGetProjectsCommand } from '@aws-sdk/client-codebuild';
import type { StageDeclaration } from '@aws-sdk/client-codepipeline';
import type { FoundPipeline } from './find-pipeline.ts';
import type { PipelineClients } from './pipeline-clients.ts';

/** The projects of one request: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_BatchGetProjects.html */
const PROJECTS_OF_REQUEST = 100;

/** What stages cannot do on this machine, or do differently, a sentence each. */
export async function limitsHere(
  { builds }: PipelineClients,
  { stages }: FoundPipeline,
): Promise<readonly string[]> {
  const uses = stages.flatMap((stage) => projectsOf(stage).map((project) => ({ stage, project })));
  const names = [...new Set(uses.map(({ project }) => project))].slice(0, PROJECTS_OF_REQUEST);
  if (names.length === 0) return [];
  const { projects = [], projectsNotFound = [] } = await builds.send(
    new BatchGetProjectsCommand({ names }),
  );
  const privileged = projects
    .filter(({ environment }) => environment?.privilegedMode === true)
    .map(({ name }) => name);
  const stageOf = (project: string | undefined) =>
    uses.find((use) => use.project === project)?.stage.name ?? '';
  return [
    ...projectsNotFound.map(
      (project) => `${stageOf(project)}: its project ${project} does not exist, so the stage fails`,
    ),
    ...privileged.map(
      (project) =>
        `${stageOf(project)}: images are recipes, which are built when a container starts, and are not scanned`,
    ),
    'Builds: their commands are processes of this machine, with its programs and not those of an image',
  ];
}

function projectsOf({
  actions = [],
  beforeEntry,
  onFailure,
  onSuccess,
}: StageDeclaration): string[] {
  const rules = [beforeEntry, onFailure, onSuccess]
    .flatMap((conditions) => conditions?.conditions ?? [])
    .flatMap((condition) => condition.rules ?? []);
  return [...actions, ...rules].flatMap(
    ({ configuration }) => configuration?.['ProjectName'] ?? [],
  );
}
