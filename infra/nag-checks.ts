import { AwsSolutionsChecks, type IApplyRule, NagRuleCompliance } from 'cdk-nag';

/**
 * The AwsSolutions pack of cdk-nag. The pack compiles all suppressions for each rule and resource; here it does so only
 * if a rule finds something. It writes no report of rules that find nothing.
 */
export class NagChecks extends AwsSolutionsChecks {
  constructor() {
    super({ reports: false });
  }

  protected override applyRule(application: IApplyRule): void {
    if (!findsNothing(application)) super.applyRule(application);
  }
}

/** A rule that throws counts as a finding: the pack reports the error. */
function findsNothing(application: IApplyRule): boolean {
  try {
    const result = application.rule(application.node);
    return result === NagRuleCompliance.COMPLIANT || result === NagRuleCompliance.NOT_APPLICABLE;
  } catch {
    return false;
  }
}
