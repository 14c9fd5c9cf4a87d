export const DEFAULT_RUNTIME_SECONDS = 86_400;

export const DEFAULT_VOLUME_GIGABYTES = 30;

/** `/opt/ml/output/message` and `/opt/ml/output/failure`: the first kilobyte counts. */
export const MAX_MESSAGE_BYTES = 1_024;
