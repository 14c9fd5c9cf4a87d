import type { TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';

/**
 * Lets a task call DynamoDB only for items whose partition key is like a pattern; of itself the CDK
 * allows the call on the whole table.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export function limitToKeys(task: TaskStateBase, pattern: string): void {
  // Protected: the CDK has no property for conditions on what its DynamoDB tasks may do.
  for (const statement of task['taskPolicies'] ?? []) {
    statement.addCondition('ForAllValues:StringLike', { 'dynamodb:LeadingKeys': [pattern] });
  }
}
