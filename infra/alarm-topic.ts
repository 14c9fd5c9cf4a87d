import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { serviceActingFor } from '../workflows/index.ts';

/** A topic for people, which alarms of the account may publish to: a policy that demands TLS takes the place of SNS's own. */
export function createTopic(scope: Construct): Topic {
  const topic = new Topic(scope, 'Topic', { enforceSSL: true });
  const alarms = Stack.of(scope).formatArn({
    service: 'cloudwatch',
    resource: 'alarm',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AllowAlarms',
      actions: ['sns:Publish'],
      principals: [serviceActingFor(scope, 'cloudwatch.amazonaws.com', [alarms])],
      resources: [topic.topicArn],
    }),
  );
  return topic;
}
