/**
 * Amazon SageMaker on one machine: processing, training and transform jobs, model registry, hosting and the
 * runtime API.
 *
 * Missing, and answered as missing by name: tuning, AutoML and compilation jobs, pipelines, experiments,
 * feature store, Search; images other than scikit-learn, XGBoost and those in this account's ECR; built-in algorithms in training;
 * processing and training jobs on several instances; Pipe mode; RecordIO, TFRecord and augmented manifests
 * in transform jobs; validation of model packages.
 *
 * Different by design: a job is a Python process of this machine, in the environment of `local/jobs`,
 * for any instance type, and for an image in ECR a container without a container engine (docs/containers.md); a job that was in progress when the runtime was killed runs again
 * from its inputs at the next start; failure reasons carry the script's own last lines, or the name of the
 * file that a transform job failed on; a transform job has at most four model processes, sends a payload of
 * any size (MaxPayloadInMB 0) as one request of at most 100 MB, and selects the end of a JSONPath slice as
 * the Developer Guide says; network isolation, VPCs, encryption keys and tags in conditions have no effect.
 *
 * Behaviour from: the Developer Guide and API reference, botocore's model, the training and inference
 * toolkits (https://docs.aws.amazon.com/sagemaker/latest/dg/), and messages quoted in public issue reports.
 */
export { createSageMakerService } from './service.ts';
