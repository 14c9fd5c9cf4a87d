import { stripVTControlCharacters } from 'node:util';
import { CloudFormationClient, DescribeStackEventsCommand } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../cli/connection/connection.ts';
import { readCheckout } from '../../cli/deliver/checkout.ts';
import { findPipeline } from '../../cli/deliver/find-pipeline.ts';
import { followDelivery } from '../../cli/deliver/follow-delivery.ts';
import { limitsHere } from '../../cli/deliver/limits-here.ts';
import { createPipelineClients } from '../../cli/deliver/pipeline-clients.ts';
import {
  closeAfter,
  latestDelivery,
  resumeDelivery,
  startDelivery,
} from '../../cli/deliver/start-delivery.ts';
import { uploadCommit } from '../../cli/deliver/upload-commit.ts';
import { writtenTerminal } from '../../cli/terminal/written-terminal.testing.ts';
import { type DeliveryWorld, startDeliveryWorld } from './delivery.testing.ts';

/**
 * A commit goes through a pipeline whose last stage runs the CDK's own toolkit, unmodified: it assumes the roles of its bootstrap stack, publishes
 * the template to S3, and works with change sets and stack events. So AWS's own client judges what CloudFormation answers here.
 */
const PATIENCE_MS = 120_000;

let world: DeliveryWorld;

beforeAll(async () => {
  world = await startDeliveryWorld();
  const { code, output } = await world.cdk('bootstrap', 'aws://000000000000/us-east-1');
  expect(output).toContain('bootstrapped');
  expect(code).toBe(0);
}, PATIENCE_MS);

afterAll(() => world.end());

const topic = (DisplayName: string) => ({
  Type: 'AWS::SNS::Topic',
  Properties: { TopicName: 'demo-topic', DisplayName },
});

interface Delivery {
  readonly end: string;
  readonly lines: readonly string[];
}

async function deliver(
  decisions: {
    approve?: string[];
    reject?: string[];
    stopAt?: string;
    from?: string;
    latest?: boolean;
  } = {},
): Promise<Delivery> {
  const clients = createPipelineClients(connect({ endpoint: world.runtime.endpoint }));
  const pipeline = await findPipeline(clients, 'delivery');
  const terminal = writtenTerminal();
  const { approve = [], from, latest = false, reject = [], stopAt } = decisions;
  const open = stopAt === undefined ? undefined : await closeAfter(clients, pipeline, stopAt);
  const begin = async () => {
    if (from !== undefined) return resumeDelivery(clients, pipeline, from);
    if (latest) return latestDelivery(clients, pipeline);
    const checkout = readCheckout(world.folder, false);
    await uploadCommit(clients, pipeline, checkout);
    return startDelivery(clients, pipeline, checkout.commit);
  };
  const asker = { isThere: false, text: async () => '', yes: async () => false };
  const end = await followDelivery(
    { clients, pipeline, terminal, asker, decisions: { approve, reject, stopAt } },
    await begin(),
  );
  await open?.();
  const lines = terminal.lines.map(plain);
  return { end, lines: lines.filter((line) => !line.startsWith('…')) };
}

/** Without styles and times. */
const plain = (line: string) => stripVTControlCharacters(line).replaceAll(/ … [\d.]+ s/g, '');

describe('a commit', () => {
  it(
    'is checked, approved and deployed by the unmodified CDK toolkit',
    async () => {
      world.write('check.sh', 'grep -q TopicName demo.template.json');
      world.change('first', (resources) => void (resources['Topic'] = topic('first')));
      const { end, lines } = await deliver({ approve: ['Approve'] });

      expect(end).toBe('succeeded');
      expect(lines.slice(0, 4).map((line) => line.split(':')[0])).toEqual([
        '✓ Source / Git',
        '✓ Check / Check',
        '✓ Approve / Ok',
        '✓ Deploy / Deploy',
      ]);
      expect(await world.statusOf('demo')).toBe('CREATE_COMPLETE');
      expect(await world.liveName()).toBe('first');
    },
    PATIENCE_MS,
  );

  it(
    'is stopped by its check, with the reason and the log, and changes nothing',
    async () => {
      world.write('check.sh', 'echo "the check says no"; exit 4');
      world.change('unchecked', (resources) => void (resources['Topic'] = topic('unchecked')));
      const { end, lines } = await deliver({ approve: ['Approve'] });

      expect(end).toBe('failed');
      const text = lines.join('\n');
      expect(text).toContain('Error while executing command: sh check.sh. Reason: exit status 4');
      expect(text).toContain('the check says no');
      expect(text).not.toContain('Approve');
      expect(await world.liveName()).toBe('first');
    },
    PATIENCE_MS,
  );

  it(
    'waits for an approval that says what changes, and a rejection changes nothing',
    async () => {
      world.write('check.sh', 'true');
      world.change('rejected', (resources) => void (resources['Topic'] = topic('rejected')));
      const waiting = await deliver();
      const rejected = await deliver({ latest: true, reject: ['Approve'] });

      expect(waiting.end).toBe('waits for approval');
      expect(waiting.lines.join('\n')).toMatch(/change to rejected at [0-9a-f]{40}/);
      expect(rejected.end).toBe('failed');
      expect(await world.liveName()).toBe('first');
    },
    PATIENCE_MS,
  );
});

const ROLL_BACK = ['deliver', '--pipeline', 'delivery', '--rollback', 'Deploy'];

describe('a deployment', () => {
  it(
    'that fails is rolled back by CloudFormation, and the stage by the pipeline',
    async () => {
      world.change('broken', (resources) => {
        resources['Topic'] = topic('broken');
        const Properties = { QueueName: 'not a name' };
        resources['Bad'] = { Type: 'AWS::SQS::Queue', DependsOn: 'Topic', Properties };
      });
      const { end, lines } = await deliver({ approve: ['Approve'] });
      const { StackEvents = [] } = await new CloudFormationClient({
        endpoint: world.runtime.endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      }).send(new DescribeStackEventsCommand({ StackName: 'demo' }));

      expect(end).toBe('failed');
      expect(lines.join('\n')).toMatch(/✗ Deploy \/ Deploy: Build terminated with state: FAILED/);
      expect(lines.at(-1)).toBe('Rollback Succeeded');
      expect(StackEvents.map(({ ResourceStatus }) => ResourceStatus)).toContain('CREATE_FAILED');
      expect(await world.liveName()).toBe('first');
    },
    PATIENCE_MS,
  );

  it(
    'that turns out bad later is taken back by the command, which says when there is nothing to go back to',
    async () => {
      const nowhere = await world.stepmill(...ROLL_BACK);
      world.change('bad', (resources) => {
        delete resources['Bad'];
        resources['Topic'] = topic('bad');
      });
      const bad = await world.stepmill('deliver', '--pipeline', 'delivery', '--approve', 'Approve');
      const badName = await world.liveName();
      const back = await world.stepmill(...ROLL_BACK);
      const backName = await world.liveName();
      const further = await world.stepmill(...ROLL_BACK);

      expect([nowhere, bad, back, further].map(({ code }) => code)).toEqual([1, 0, 0, 1]);
      expect([badName, backName, await world.liveName()]).toEqual(['bad', 'first', 'first']);
      expect(plain(back.output)).toMatch(/Rolled back to [0-9a-f]{40} first\n/);
      expect(plain(back.output)).toMatch(
        /Rolls back Deploy to [0-9a-f]{12}\n… Deploy \/ Deploy\n✓/,
      );
      for (const { output } of [nowhere, further]) {
        expect(output).toContain(
          'No delivery of delivery has succeeded before the one that is in Deploy, so there is nothing to go back to. Nothing was started.',
        );
      }
    },
    PATIENCE_MS,
  );

  it('names what a stage cannot do here before it starts', async () => {
    const clients = createPipelineClients(connect({ endpoint: world.runtime.endpoint }));
    const pipeline = await findPipeline(clients, 'delivery');

    expect(await limitsHere(clients, pipeline)).toEqual([
      'Builds: their commands are processes of this machine, with its programs and not those of an image',
    ]);
    await expect(findPipeline(clients, 'none')).rejects.toThrow(
      'The runtime has no pipeline none.',
    );
  });

  it(
    'is destroyed by the toolkit with what it has made',
    async () => {
      const destroyed = await world.cdk('destroy', '--all', '--force', '--app', '.');

      expect(destroyed.code).toBe(0);
      await expect(world.statusOf('demo')).rejects.toMatchObject({ name: 'ValidationError' });
      await expect(world.liveName()).rejects.toMatchObject({ name: 'NotFoundException' });
    },
    PATIENCE_MS,
  );
});
