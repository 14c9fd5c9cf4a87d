import * as z from 'zod';
import { servingPlaceSchema } from './serving-place.ts';

/** The SSM parameter `/stepmill/<environment>/<project>`: where commands find a project's parts. */
export const projectParameterSchema = z.object({
  project: z.string(),
  environment: z.string(),
  bucket: z.string(),
  incomingPrefix: z.string(),
  /** Only where the kit trains: the problem, and the algorithm unless a run sets another. */
  kit: z.object({ problem: z.string(), algorithm: z.string() }).optional(),
  /** Only where datasets are folders: the name of the marker file that closes a folder, if the project has one. */
  folder: z.object({ marker: z.string().optional() }).optional(),
  /** The DynamoDB table of claims and locks. */
  claimsTable: z.string(),
  /** The alias that starts each of the state machines. Undefined in stacks from before there were aliases. */
  workflowAlias: z.string().optional(),
  trainingStateMachineArn: z.string(),
  promotionStateMachineArn: z.string(),
  /** The state machine that ends trials, if the project has trials. */
  trialStateMachineArn: z.string().optional(),
  /** Only where files are scored as a whole. */
  scoring: z
    .object({
      stateMachineArn: z.string(),
      /** Files here are scored when they arrive. */
      prefix: z.string(),
      /** Files here are scored when a request names them. */
      requestsPrefix: z.string(),
      /** What became of them. */
      resultsPrefix: z.string(),
      /** Whether answers can be explained. */
      canExplain: z.boolean(),
    })
    .optional(),
  /** Only where the live model is watched. */
  monitoring: z
    .object({
      stateMachineArn: z.string(),
      /** Labels that arrive later. */
      labelsPrefix: z.string(),
      /** Reports. */
      reportsPrefix: z.string(),
    })
    .optional(),
  modelPackageGroupName: z.string(),
  endpointName: z.string(),
  /** Only where models serve elsewhere than behind a SageMaker endpoint. */
  serving: servingPlaceSchema.optional(),
  topicArn: z.string(),
  /** Only where models come from another environment, or go to one. */
  handover: z
    .object({
      /** Where models go that are approved here. */
      to: z
        .object({
          environment: z.string(),
          account: z.string(),
          /** Whether a person approves them there. */
          approval: z.boolean(),
        })
        .optional(),
      /** Where models come from that were approved there, and what takes them in. */
      from: z
        .object({
          environment: z.string(),
          account: z.string(),
          stateMachineArn: z.string(),
        })
        .optional(),
    })
    .optional(),
  /** Only where the project is retrained automatically. */
  retraining: z
    .object({
      stateMachineArn: z.string(),
      /** Labels that arrive later. */
      labelsPrefix: z.string(),
      /** Records of decisions, the newest first by their names. */
      decisionsPrefix: z.string(),
    })
    .optional(),
});

export type ProjectParameter = z.infer<typeof projectParameterSchema>;

/** The parameter's name. */
export function nameProjectParameter(environment: string, project: string): string {
  return `/stepmill/${environment}/${project}`;
}
