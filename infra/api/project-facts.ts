import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import {
  findCapturePercent,
  findTrial,
  KIT_FOLDER,
  type Project,
  type Serving,
} from '../../definition/index.ts';
import { hyperparameterSchema, type ProjectFacts, projectFactsSchema } from '../../events/index.ts';
import { labelColumnOf, nameParts } from '../../workflows/index.ts';

/** The folder below `handlers/` of the API's function. */
export const API_HANDLER = 'api';

/** The files beside the bundle of the API's function. */
export function writeFacts(
  projects: readonly Project[],
  environment: string,
): Readonly<Record<string, string>> {
  return {
    'projects.json': JSON.stringify(projects.map((project) => gatherFacts(project, environment))),
  };
}

const algorithmsSchema = z.record(z.string(), z.record(z.string(), hyperparameterSchema));

/** What the API knows of a project, as its definition has it. */
function gatherFacts(project: Project, environment: string): ProjectFacts {
  const { dataset, training, gate, registry, serving } = project;
  const names = nameParts(environment, project.name, registry.modelPackageGroup);
  return projectFactsSchema.parse({
    project: project.name,
    description: project.description,
    problem: project.problem,
    publicPredict: project.publicPredict,
    label: dataset.label,
    header: dataset.header,
    delimiter: dataset.delimiter,
    encoding: dataset.encoding,
    decimal: dataset.decimal,
    thousands: dataset.thousands,
    lineEnds: dataset.lineEnds,
    byteOrderMark: dataset.byteOrderMark,
    missingLabel: dataset.missingLabel,
    labelColumn: labelColumnOf(project),
    minimumRows: dataset.minimumRows,
    layout: dataset.layout,
    marker: dataset.marker,
    columns: dataset.columns,
    training: {
      instanceType: training.instanceType,
      instanceCount: training.instanceCount,
      timeoutSeconds: training.timeoutSeconds,
      algorithm: training.algorithm,
      hyperparameters: training.hyperparameters,
      algorithms: readAlgorithms(project),
    },
    gate: { bounds: gate.bounds, champion: gate.champion },
    contentTypes: registry.contentTypes,
    approval: registry.approval,
    serving: gatherServing(serving),
    ...(project.scoring === undefined
      ? {}
      : {
          scoring: {
            canExplain: project.code === KIT_FOLDER,
            explain: project.scoring.explain,
            keepDays: project.scoring.keepDays,
          },
        }),
    ...(project.monitoring === undefined
      ? {}
      : {
          monitoring: { ...project.monitoring, schedule: project.monitoring.schedule.expression },
        }),
    jobNamePrefixes: {
      training: [names.jobPrefix('train')],
      processing: processingSteps(project).map(names.jobPrefix),
      transform: project.scoring === undefined ? [] : [names.jobPrefix('score')],
    },
  });
}

function processingSteps({ scoring, monitoring }: Project) {
  return [
    ...(['prepare', 'evaluate', 'compare'] as const),
    ...(scoring === undefined ? [] : (['explain', 'measure'] as const)),
    ...(monitoring === undefined ? [] : (['monitor'] as const)),
  ];
}

function gatherServing(serving: Serving): ProjectFacts['serving'] {
  const { type } = serving;
  const capacity = gatherCapacity(serving);
  if (serving.type === 'serverless') return { type, capacity };
  return {
    type,
    capacity,
    rollout: serving.rollout,
    trial: findTrial(serving),
    capturePercent: findCapturePercent(serving),
  };
}

function gatherCapacity(serving: Serving): ProjectFacts['serving']['capacity'] {
  switch (serving.type) {
    case 'instances': {
      const { autoscaling, instanceCount, instanceType } = serving;
      return {
        instanceType,
        minimumInstances: autoscaling?.minimumInstances ?? instanceCount,
        maximumInstances: autoscaling?.maximumInstances ?? instanceCount,
      };
    }
    case 'serverless': {
      const { memoryMb, maxConcurrency, provisionedConcurrency } = serving;
      return { memoryMb, maximumConcurrency: maxConcurrency, provisionedConcurrency };
    }
    case 'lambda': {
      const { memoryMb, reservedConcurrency, provisionedConcurrency } = serving;
      return { memoryMb, maximumConcurrency: reservedConcurrency, provisionedConcurrency };
    }
    case 'container': {
      const { autoscaling, taskCount, vcpu, memoryMb } = serving;
      return {
        vcpu,
        memoryMb,
        minimumTasks: autoscaling?.minimumTasks ?? taskCount,
        maximumTasks: autoscaling?.maximumTasks ?? taskCount,
      };
    }
  }
}

/** The algorithms of the kit, with what they take; scripts of one's own have none. */
function readAlgorithms({ code }: Project): z.output<typeof algorithmsSchema> {
  if (code !== KIT_FOLDER) return {};
  const file = join(process.cwd(), KIT_FOLDER, 'hyperparameters.json');
  return algorithmsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}
