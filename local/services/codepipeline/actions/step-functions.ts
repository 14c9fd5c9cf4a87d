import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  DescribeExecutionOutput,
  DescribeStateMachineOutput,
  StartExecutionOutput,
} from '@aws-sdk/client-sfn';
import { removeTree } from '../../../processes/index.ts';
import { packArtifact, unpackArtifact } from '../run/artifact-files.ts';
import { type ActionContext, ActionFailed, type ActionRunner } from './action.ts';

const LOOK_MS = 15_000;
const CAUSE_CHARACTERS = 1_000;

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-StepFunctions.html */
export const runStepFunctions: ActionRunner = async (context) => {
  const { cloud, configuration, current, patience, role } = context;
  const { StateMachineArn: stateMachineArn = '' } = configuration;
  const { principal } = await role();
  const executionArn = current().memory['executionArn'] ?? (await start(context));
  const variables = { StateMachineArn: stateMachineArn, ExecutionArn: executionArn };
  if (current().memory['type'] === 'EXPRESS') return { variables, hasOutputs: false };
  for (;;) {
    const { cause, error, output, status } = await cloud.call<DescribeExecutionOutput>(
      principal,
      'stepfunctions',
      'DescribeExecution',
      { executionArn },
    );
    if (status === 'SUCCEEDED') {
      await writeOutput(context, output ?? 'null');
      return { variables, summary: `Execution ${executionArn} succeeded` };
    }
    if (status !== 'RUNNING' && status !== 'PENDING_REDRIVE') {
      const reason = [error, cause].filter((part) => part !== undefined && part !== '').join(': ');
      throw new ActionFailed(
        `The execution ${executionArn} ended with status ${status}.${reason === '' ? '' : ` ${reason}`}`.slice(
          0,
          CAUSE_CHARACTERS,
        ),
      );
    }
    await patience.wait(LOOK_MS);
  }
};

async function start(context: ActionContext): Promise<string> {
  const { cloud, configuration, current, remember, role } = context;
  const { ExecutionNamePrefix, StateMachineArn: stateMachineArn } = configuration;
  const { principal } = await role();
  const { type } = await cloud.call<DescribeStateMachineOutput>(
    principal,
    'stepfunctions',
    'DescribeStateMachine',
    { stateMachineArn },
  );
  const { id } = current();
  // The same name and input start a standard execution once, also after a restart.
  const name = ExecutionNamePrefix === undefined ? id : `${ExecutionNamePrefix}-${id}`;
  const { executionArn = '' } = await cloud.call<StartExecutionOutput>(
    principal,
    'stepfunctions',
    'StartExecution',
    { stateMachineArn, name, input: await inputOf(context) },
  );
  remember({ executionArn, type: type ?? 'STANDARD' }, { externalId: executionArn });
  return executionArn;
}

async function inputOf(context: ActionContext): Promise<string> {
  const { Input = '{}', InputType = 'Literal' } = context.configuration;
  if (InputType !== 'FilePath') return Input;
  const [artifact] = context.inputs;
  if (artifact === undefined) {
    throw new ActionFailed('InputType FilePath needs an input artifact.', 'ConfigurationError');
  }
  return inScratch(context, async (scratch) => {
    const folder = join(scratch, 'input');
    const { principal } = await context.role();
    await unpackArtifact({ cloud: context.cloud, principal }, artifact, { folder, scratch });
    const file = join(folder, Input);
    if (!file.startsWith(`${folder}/`)) {
      throw new ActionFailed(`${Input} leads out of the artifact.`, 'ConfigurationError');
    }
    try {
      return readFileSync(file, 'utf8');
    } catch (cause) {
      throw new ActionFailed(
        `The artifact ${artifact.name} has no file ${Input}.`,
        'ConfigurationError',
        { cause },
      );
    }
  });
}

async function writeOutput(context: ActionContext, output: string): Promise<void> {
  const [artifact] = context.outputs;
  if (artifact === undefined) return;
  await inScratch(context, async (scratch) => {
    writeFileSync(join(scratch, 'output.json'), output);
    const { principal } = await context.role();
    const files = { folder: scratch, paths: ['output.json'], scratch };
    await packArtifact({ cloud: context.cloud, principal }, artifact, files);
  });
}

async function inScratch<Result>(
  { cloud, current }: ActionContext,
  work: (scratch: string) => Promise<Result>,
): Promise<Result> {
  const scratch = join(cloud.stateFolder, 'codepipeline', current().id);
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  try {
    return await work(scratch);
  } finally {
    await removeTree(scratch);
  }
}
