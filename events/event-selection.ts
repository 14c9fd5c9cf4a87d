/** Which events a rule matches, in the words of `aws-cdk-lib/aws-events`: every list is an "or". */
export interface EventSelection {
  readonly source: string[];
  readonly detailType: string[];
  readonly detail?: { [key: string]: unknown };
}
