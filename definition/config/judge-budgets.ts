import * as z from 'zod';
import type { Mistake } from '../dataset.ts';
import type { Judged } from './judged.ts';
import { BUDGET_REGIONS } from './regions.ts';

/** https://docs.aws.amazon.com/cost-management/latest/userguide/management-limits.html */
const MAXIMUM_ADDRESSES = 10;

/** What AWS Budgets cannot do for an environment. */
export function judgeBudgets(environments: Judged): Mistake[] {
  return Object.keys(environments)
    .filter((name) => environments[name]?.budget !== undefined)
    .flatMap((name) => [
      ...judgeAddresses(name, environments),
      ...judgeRegion(name, environments),
      ...judgeAccount(name, environments),
    ]);
}

/** AWS Budgets sends mails and messages to topics, and calls no address. */
function judgeAddresses(name: string, environments: Judged): Mistake[] {
  const notify = environments[name]?.notify;
  const addresses: readonly unknown[] = Array.isArray(notify) ? notify : [];
  const mails = addresses.filter((each) => z.email().safeParse(each).success);
  if (mails.length > 0 && mails.length <= MAXIMUM_ADDRESSES) return [];
  const message =
    mails.length === 0
      ? 'must name a mail address, to which the alerts of the budget go'
      : `must name at most ${MAXIMUM_ADDRESSES} mail addresses where there is a budget, which AWS sends its alerts to; use a mailing list`;
  return [{ path: ['environments', name, 'notify'], input: notify, message }];
}

function judgeRegion(name: string, environments: Judged): Mistake[] {
  const region = environments[name]?.region;
  if (typeof region !== 'string' || BUDGET_REGIONS.includes(region)) return [];
  return [
    {
      path: ['environments', name, 'budget'],
      input: environments[name]?.budget,
      message: `must not be there: CloudFormation makes no budget in ${region}; remove it, and create one in the console of AWS Budgets`,
    },
  ];
}

/** State machines make jobs and endpoints, without tags, so that only accounts tell the costs of environments apart. */
function judgeAccount(name: string, environments: Judged): Mistake[] {
  const { account, budget } = environments[name] ?? {};
  const other = Object.keys(environments).find(
    (each) => each !== name && environments[each]?.account === account,
  );
  if (other === undefined || account === undefined) return [];
  return [
    {
      path: ['environments', name, 'budget'],
      input: budget,
      message: `must not be there: ${other} is in the same account, and AWS counts the costs of an account; give ${name} an account of its own`,
    },
  ];
}
