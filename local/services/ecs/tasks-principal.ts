/** The principal of tasks in trust policies. */
export const TASKS_PRINCIPAL = 'ecs-tasks.amazonaws.com';
