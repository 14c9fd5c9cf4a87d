import * as z from 'zod';
import { environmentSchema } from './environment.ts';
import { leavesAccount } from './leaves-account.ts';
import { pipelineSchema } from './pipeline.ts';

/** How a model that is approved in one environment gets to the next one. */
export const HANDOVERS = ['copy', 'share'] as const;

/** The file `stepmill.config.ts`: the environments of an app, and how it gets there. */
export const configSchema = z
  .strictObject({
    environments: z.record(z.string(), environmentSchema),
    /**
     * `copy` registers a package of its own in the next environment, with copies of all files. `share` leaves the archives of
     * the model where they were trained, and lets the later environments read them.
     */
    handover: z.enum(HANDOVERS).default('copy'),
    /** @default no pipeline */
    pipeline: pipelineSchema.optional(),
  })
  .transform(({ environments, ...rest }) => ({
    ...rest,
    environments: Object.fromEntries(
      Object.entries(environments).map(([name, { approval, ...environment }]) => [
        name,
        {
          ...environment,
          ...(environment.encryption === undefined &&
          leavesAccount(name, environments, rest.handover)
            ? { encryption: 'kms' as const }
            : {}),
          approval: approval ?? isTarget(name, environments),
        },
      ]),
    ),
  }));

function isTarget(
  name: string,
  environments: Readonly<Record<string, { readonly promotesTo?: string | undefined }>>,
): boolean {
  return Object.values(environments).some(({ promotesTo }) => promotesTo === name);
}

export type ConfigInput = z.input<typeof configSchema>;
export type Config = z.output<typeof configSchema>;
/** An environment with its defaults. */
export type Environment = Config['environments'][string];
