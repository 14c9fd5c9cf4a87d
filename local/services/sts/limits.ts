// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
export const DEFAULT_DURATION_SECONDS = 3_600;
/** A session of a role that assumes another one. */
export const CHAINED_DURATION_SECONDS = 3_600;
/** AWS's services renew the sessions of the processes they run; here the environment of a process cannot change. */
export const SERVICE_DURATION_SECONDS = 31_536_000;
