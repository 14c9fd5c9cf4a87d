/** How a task is invoked; AWS's three integration patterns. */
export type TaskPattern = 'REQUEST_RESPONSE' | 'RUN_JOB' | 'WAIT_FOR_TASK_TOKEN';

/** The family of history events that a task writes. */
export type TaskFamily = 'task' | 'lambdaFunction' | 'activity';
