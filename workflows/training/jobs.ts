import type { Construct } from 'constructs';
import { describesBaseline } from '../baseline.ts';
import { jsonata, object } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import {
  evaluationWork,
  type JobResult,
  type ScriptWork,
  type StepJob,
  stepJob,
  type TrainingWork,
} from '../tasks/index.ts';

/** Splits the dataset and fits the preprocessor. */
export function prepareData(scope: Construct, resources: ProjectResources): StepJob {
  return stepJob(scope, 'Prepare data', resources, {
    works: [preparation(resources)],
    step: 'prepare',
    assign: (result) => ({
      prepared: jsonata(result.ifCompleted(object({ job: result.name, said: result.said }))),
    }),
  });
}

/** Trains on the prepared rows. */
export function trainModel(scope: Construct, resources: ProjectResources): StepJob {
  return stepJob(scope, 'Train model', resources, {
    works: [training(resources)],
    step: 'train',
    assign: (result) => ({ model: jsonata(trainedModel(result)) }),
  });
}

/** Measures the candidate, and the champion where there is one, on the test rows. */
export function evaluateModel(scope: Construct, resources: ProjectResources): StepJob {
  return stepJob(scope, 'Evaluate model', resources, {
    works: [evaluation('$model.uri')],
    step: 'evaluate',
    assign: ({ ifCompleted, name }) => ({ evaluated: jsonata(ifCompleted(name)) }),
  });
}

/** All three in one container. */
export function trainInOneJob(scope: Construct, resources: ProjectResources): StepJob {
  return stepJob(scope, 'Train model', resources, {
    works: [preparation(resources), training(resources), evaluation('$modelUri')],
    step: 'train',
    assign: (result) => ({
      prepared: jsonata(result.ifCompleted(object({ job: result.name, said: result.said }))),
      model: jsonata(trainedModel(result)),
      evaluated: jsonata(result.ifCompleted(result.name)),
    }),
  });
}

function trainedModel({ arn, ifCompleted, model, name }: JobResult): string {
  return ifCompleted(object({ job: name, arn, uri: model }));
}

function preparation({ project }: ProjectResources): ScriptWork {
  const outputs = [
    ...['train', 'validation', 'test', 'preprocessor'],
    ...(describesBaseline(project) ? ['baseline'] : []),
  ];
  return {
    step: 'prepare',
    inputs: {
      data: '$dataset.uri & "dataset/"',
      manifest: '$dataset.uri & "manifest.json"',
    },
    outputs: Object.fromEntries(outputs.map((name) => [name, preparedAt(name)])),
  };
}

function preparedAt(name: string): string {
  return `$dataset.uri & "prepared/${name}/"`;
}

function training({ project }: ProjectResources): TrainingWork {
  const channels = [
    ...['train', 'validation'],
    // One container serves both, so that training packs the preprocessor into the model's archive.
    ...(project.registry.packaging === 'single-container' ? ['preprocessor'] : []),
  ];
  return {
    step: 'train',
    inputs: Object.fromEntries(channels.map((name) => [name, preparedAt(name)])),
    output: '$dataset.uri & "training"',
    checkpoints: '$dataset.uri & "checkpoints/"',
    hyperparameters: `$settings.hyperparameters,
  $exists($settings.algorithm) ? {"algorithm": $settings.algorithm} : {}`,
  };
}

function evaluation(model: string): ScriptWork {
  return evaluationWork({
    step: 'evaluate',
    candidate: {
      preprocessor: '$dataset.uri & "prepared/preprocessor/model.tar.gz"',
      model,
    },
    champion: '$champion',
    test: '$dataset.uri & "prepared/test/"',
    manifest: '$dataset.uri & "manifest.json"',
    output: '$dataset.uri & "evaluation/"',
  });
}
