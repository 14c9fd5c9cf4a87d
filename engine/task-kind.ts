/** How a task is invoked; AWS's three integration patterns. */
export type TaskPattern = 'REQUEST_RESPONSE' | 'RUN_JOB' | 'WAIT_FOR_TASK_TOKEN';

/** Which family of history events a task writes. */
export type TaskFamily = 'task' | 'lambdaFunction' | 'activity';
