/**
 * Amazon SageMaker on one machine: processing and training jobs, model registry, hosting and the runtime API.
 *
 * Missing, and answered as missing by name: transform, tuning, AutoML and compilation jobs, pipelines,
 * experiments, feature store, Search; images other than scikit-learn and XGBoost; built-in algorithms
 * in training; jobs on several instances; Pipe mode; validation of model packages.
 *
 * Different by design: a job is a Python process of this machine, in the environment of `local/jobs`,
 * for any instance type; a job that was in progress when the runtime was killed runs again
 * from its inputs at the next start; failure reasons carry the script's own last lines; network
 * isolation, VPCs, encryption keys and tags in conditions have no effect.
 *
 * Behaviour from: the Developer Guide and API reference, botocore's model, the training and inference
 * toolkits (https://docs.aws.amazon.com/sagemaker/latest/dg/), and messages quoted in public issue reports.
 */
export { createSageMakerService } from './service.ts';
