import * as z from 'zod';
import type { Environment } from './config.ts';
import { environmentSchema } from './environment.ts';
import { ENVIRONMENT_NAME } from './judge-config.ts';

const { shape } = environmentSchema;

/** Each field that has a mistake is as if it were not there. */
const salvagedSchema = z.object(
  Object.fromEntries(
    Object.entries(shape).map(([name, field]) => [name, z.unknown().pipe(field).catch(undefined)]),
  ),
);
const blockSchema = z.record(z.string(), z.unknown());
const inputSchema = z.object({ environments: z.record(z.string(), z.unknown()) });

/**
 * The environments of a configuration with mistakes, without the fields that have them: so that what the whole app shows of the
 * others is reported with these mistakes.
 *
 * @param input what was written
 */
export function salvageEnvironments(input: unknown): Readonly<Record<string, Environment>> {
  const { data } = inputSchema.safeParse(input);
  const named = Object.entries(data?.environments ?? {}).filter(([name]) =>
    ENVIRONMENT_NAME.test(name),
  );
  return Object.fromEntries(
    named.flatMap(([name, written]) => {
      const { data: fields } = salvagedSchema.safeParse(salvageBlocks(written));
      if (fields === undefined) return [];
      const { notify = [], serving = {}, monitoring = {}, retraining = {} } = fields;
      return [
        [name, { ...fields, notify, serving, monitoring, retraining } as Environment] as const,
      ];
    }),
  );
}

/** Of blocks, only the projects whose settings are not an object are left out. */
function salvageBlocks(written: unknown): unknown {
  const { data } = blockSchema.safeParse(written);
  if (data === undefined) return written;
  const blocks = (['serving', 'monitoring', 'retraining'] as const).map((block) => {
    const projects = blockSchema.safeParse(data[block]).data ?? {};
    const sound = Object.entries(projects).filter(
      ([, settings]) => blockSchema.safeParse(settings).success,
    );
    return [block, Object.fromEntries(sound)] as const;
  });
  return { ...data, ...Object.fromEntries(blocks) };
}
