import { z } from 'zod';

/** The SSM parameter `/stepmill/<environment>/<project>`: where commands find a project's parts. */
export const projectParameterSchema = z.object({
  project: z.string(),
  environment: z.string(),
  bucket: z.string(),
  incomingPrefix: z.string(),
  /** The DynamoDB table of claims and locks. */
  claimsTable: z.string(),
  trainingStateMachineArn: z.string(),
  promotionStateMachineArn: z.string(),
  /** The clock of trials, where the project has them. */
  trialStateMachineArn: z.string().optional(),
  modelPackageGroupName: z.string(),
  endpointName: z.string(),
  topicArn: z.string(),
});

export type ProjectParameter = z.infer<typeof projectParameterSchema>;

/** The parameter's name. */
export function nameProjectParameter(environment: string, project: string): string {
  return `/stepmill/${environment}/${project}`;
}
