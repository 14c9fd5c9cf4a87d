import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import * as z from 'zod';

/** What every handler reads from its environment. */
const environmentSchema = z.object({
  STEPMILL_PROJECT: z.string(),
  STEPMILL_ENVIRONMENT: z.string(),
});

/** Reads the environment when a handler starts, not when a test imports it. */
export function readEnvironment(): z.infer<typeof environmentSchema> {
  return environmentSchema.parse(process.env);
}

export const logger = new Logger();
export const metrics = new Metrics();

/** Metrics carry the project and its environment, besides the service Powertools adds. */
export function addProjectDimensions(): void {
  const { STEPMILL_PROJECT, STEPMILL_ENVIRONMENT } = readEnvironment();
  metrics.setDefaultDimensions({ Project: STEPMILL_PROJECT, Environment: STEPMILL_ENVIRONMENT });
}
