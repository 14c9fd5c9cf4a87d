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
 * the Developer Guide says; network isolation, VPCs, keys of volumes and tags in conditions have no effect.
 *
 * The containers of a pipeline model share one process where their scripts cannot notice it, because a request then changes processes once:
 * scripts that use nothing but themselves, numpy, XGBoost and parts of Python's library that have no state
 * (`local/jobs/serving/python/stepmill_serving/shareable.py` lists them), without variables of the environment, other files in `code/`, and `Direct`
 * mode. Each has its own modules, log and name in errors. Once a script opens a file or raises an error, each container gets a process
 * of its own, and the request is sent again; its lines until then are in the log twice.
 *
 * The runtime waits awake for the answer to a single request, for at most 0.6 milliseconds, and the model of SageMaker's images for the next request, for at most two, if the ones before
 * came as soon and the machine has more than one core: a process that sleeps can take longer to wake than a small model to predict. While
 * other work needs the core, they sleep. A client that sends one request after another thus keeps two cores busy; a client that pauses does not.
 *
 * Behaviour from: the Developer Guide and API reference, botocore's model, the training and inference
 * toolkits (https://docs.aws.amazon.com/sagemaker/latest/dg/), and messages quoted in public issue reports.
 */
export { createSageMakerService } from './service.ts';
