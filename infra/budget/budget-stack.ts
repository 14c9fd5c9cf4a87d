import { createHash } from 'node:crypto';
import { Stack, type StackProps } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { Construct } from 'constructs';
import type { Budget } from '../../definition/index.ts';
import type { Subscriber } from '../notify.ts';

export interface BudgetStackProps extends StackProps {
  readonly environment: string;
  readonly budget: Budget;
  /** Mail addresses get the alerts; AWS Budgets calls no https address. */
  readonly notify: readonly Subscriber[];
}

/** The name of the stack of an environment's budget; no project may have this name. */
export function nameBudgetStack(environment: string): string {
  return `stepmill-${environment}-budget`;
}

/**
 * What an environment may cost: AWS Budgets writes mails when the costs of its account in US dollars pass a part of the
 * budget, and stops nothing. Nothing is filtered by tag: jobs and endpoints, which cost most, are made by state machines
 * and have no tags.
 */
export class BudgetStack extends Stack {
  constructor(scope: Construct, id: string, props: BudgetStackProps) {
    super(scope, id, props);
    const { environment, budget, notify } = props;
    const subscribers = notify
      .filter(({ kind }) => kind === 'email')
      .map(({ address }) => ({ subscriptionType: 'EMAIL', address }));
    const notificationsWithSubscribers = budget.alertPercents.map((threshold) => ({
      notification: {
        notificationType: 'ACTUAL',
        comparisonOperator: 'GREATER_THAN',
        thresholdType: 'PERCENTAGE',
        threshold,
      },
      subscribers,
    }));
    new CfnBudget(this, 'Budget', {
      budget: {
        budgetName: nameBudget(environment, notificationsWithSubscribers),
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: budget.monthlyUsd, unit: 'USD' },
      },
      notificationsWithSubscribers,
    });
  }
}

/**
 * CloudFormation replaces a budget whose notifications change, and creates the new one first, which cannot have the same name.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-budgets-budget.html
 */
function nameBudget(environment: string, notifications: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(notifications)).digest('hex');
  return `stepmill-${environment}-${hash.slice(0, 8)}`;
}
