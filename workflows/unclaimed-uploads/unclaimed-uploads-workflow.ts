import { Duration } from 'aws-cdk-lib';
import { type StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { executionHash, jsonata, quote } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { createStateMachine } from '../state-machine.ts';
import { announce, writeRecord } from '../tasks/index.ts';

/** `<project>-unclaimed-uploads`: an upload where no project looks is recorded and announced. */
export class UnclaimedUploadsWorkflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, resources: ProjectResources) {
    super(scope, id);
    const { keys, names } = resources;
    const key = '$states.context.Execution.Input.object.key';
    const reason = `${quote('No project looks where the object lies. Upload below ')} & ${quote(keys.incoming)} & ". Nothing was trained; the upload stays."`;
    const record = writeRecord(this, 'Record stray upload', resources, {
      pattern: `${keys.quarantine}*`,
      key: `${quote(`${keys.quarantine}stray-`)} & ${executionHash} & ".json"`,
      body: {
        object: jsonata('$states.context.Execution.Input.object'),
        reason: jsonata(reason),
      },
    });
    const tell = announce(this, 'Announce stray upload', {
      topic: resources.topic,
      subject: quote(`${names.qualified}: an upload belongs to no project`),
      lines: [`"Object: " & ${key}`, reason],
    });
    this.stateMachine = createStateMachine(this, {
      name: names.unclaimedUploadsStateMachine,
      comment: 'An upload where no project looks is recorded and announced',
      start: record.next(tell).next(Succeed.jsonata(this, 'Stray upload', {})),
      timeout: Duration.hours(1),
    });
  }
}
