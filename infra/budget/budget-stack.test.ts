import { App, Aspects } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { findUnknownTypes, listTypes, renderStatements } from '../../delivery/index.ts';
import { NagChecks } from '../nag-checks.ts';
import { findErrors, findWarnings } from '../warnings.ts';
import { BudgetStack, type BudgetStackProps } from './budget-stack.ts';

const props: BudgetStackProps = {
  environment: 'dev',
  budget: { monthlyUsd: 250, alertPercents: [80, 100] },
  notify: [
    { kind: 'email', address: 'ml@example.org' },
    { kind: 'https', address: 'https://hooks.example.org/x' },
  ],
};

function budgetOf(changes: Partial<BudgetStackProps> = {}) {
  const app = new App();
  Aspects.of(app).add(new NagChecks());
  const stack = new BudgetStack(app, 'stepmill-dev-budget', { ...props, ...changes });
  app.synth();
  expect([...findErrors(app), ...findWarnings(app)]).toEqual([]);
  const template = Template.fromStack(stack);
  const [{ Properties } = {}] = Object.values(template.findResources('AWS::Budgets::Budget'));
  return { template, Properties: Properties as Readonly<Record<string, unknown>> };
}

const nameOf = ({ Properties }: ReturnType<typeof budgetOf>) =>
  (Properties['Budget'] as { readonly BudgetName: string }).BudgetName;

it('counts the costs of the account, and writes to the mail addresses of the environment', () => {
  const subscribers = [{ SubscriptionType: 'EMAIL', Address: 'ml@example.org' }];
  const alert = (Threshold: number) => ({
    Notification: {
      NotificationType: 'ACTUAL',
      ComparisonOperator: 'GREATER_THAN',
      ThresholdType: 'PERCENTAGE',
      Threshold,
    },
    Subscribers: subscribers,
  });

  expect(budgetOf().Properties).toEqual({
    Budget: {
      BudgetName: expect.stringMatching(/^stepmill-dev-[0-9a-f]{8}$/) as unknown,
      BudgetType: 'COST',
      TimeUnit: 'MONTHLY',
      BudgetLimit: { Amount: 250, Unit: 'USD' },
    },
    NotificationsWithSubscribers: [alert(80), alert(100)],
  });
});

it('has another name as soon as CloudFormation would replace it, and else the same', () => {
  const name = nameOf(budgetOf());

  expect(nameOf(budgetOf({ budget: { monthlyUsd: 300, alertPercents: [80, 100] } }))).toBe(name);
  expect(nameOf(budgetOf({ budget: { monthlyUsd: 250, alertPercents: [90] } }))).not.toBe(name);
  expect(nameOf(budgetOf({ notify: [{ kind: 'email', address: 'other@example.org' }] }))).not.toBe(
    name,
  );
});

it('can be deployed with the policies of the bootstrap', () => {
  const types = listTypes([budgetOf().template.toJSON()]);

  expect(findUnknownTypes(types)).toEqual([]);
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbudgetservice.html
  expect(renderStatements(types)).toContainEqual(
    expect.objectContaining({ Action: ['budgets:ModifyBudget', 'budgets:ViewBudget'] }),
  );
});
