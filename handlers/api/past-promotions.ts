import * as z from 'zod';
import type { AnswerOf, Routes } from '../../api/index.ts';
import type { Api, KnownProject } from './api-state.ts';
import { describeExecution, lastExecutions, parse, readOutput } from './executions.ts';
import { versionOf } from './version-name.ts';

type Past = AnswerOf<Routes['getEndpoint']>['history'][number];

/** Promotions that are listed. */
const SHOWN = 20;

const inputSchema = z.object({ modelPackageArn: z.string() });

/** The last promotions of a project, the newest first. */
export async function pastPromotions(
  api: Api,
  { facts, resources }: KnownProject,
): Promise<readonly Past[]> {
  const executions = await lastExecutions(api, resources, 'promotion', SHOWN);
  return Promise.all(
    executions.map(async ({ execution, executionArn, status, startedAt, stoppedAt }) => {
      const { input, output, error, cause } = await describeExecution(api, executionArn);
      const read = readOutput(output);
      const asked = inputSchema.safeParse(parse(input ?? '')).data?.modelPackageArn;
      return {
        execution,
        status,
        outcome: read.outcome ?? error,
        reason: read.reason ?? cause,
        model: versionOf(facts.project, read.modelPackage ?? asked),
        startedAt,
        stoppedAt,
      };
    }),
  );
}
