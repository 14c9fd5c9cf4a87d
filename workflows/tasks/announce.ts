import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { SnsPublish } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { messageText, subjectText } from '../field-text.ts';
import { jsonata } from '../jsonata.ts';
import { retryPublish } from './retries.ts';

export interface AnnounceProps {
  readonly topic: ITopic;
  /** A JSONata expression; cleaned and cut as SNS wants it. */
  readonly subject: string;
  /** A JSONata expression for each line; lines that are undefined are left out. */
  readonly lines: readonly string[];
}

/** A state that sends a notification to the project's topic. */
export function announce(scope: Construct, id: string, props: AnnounceProps): SnsPublish {
  const task = SnsPublish.jsonata(scope, id, {
    topic: props.topic,
    subject: jsonata(subjectText(props.subject)),
    message: TaskInput.fromText(jsonata(messageText(`$join([${props.lines.join(', ')}], "\\n")`))),
    outputs: {},
    taskTimeout: Timeout.duration(Duration.seconds(30)),
  });
  task.addRetry(retryPublish);
  return task;
}
