export const DEFAULT_RUNTIME_SECONDS = 86_400;

export const DEFAULT_VOLUME_GIGABYTES = 30;

/** The first part of `/opt/ml/output/message` and `/opt/ml/output/failure` that is used. */
export const MAX_MESSAGE_BYTES = 1_024;
