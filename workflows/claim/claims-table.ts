import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  type ITable,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';

/** The attributes of a claim that states and DynamoDB itself look at. */
export const claimAttributes = {
  key: 'claim',
  owner: 'owner',
  /** Grows whenever the claim is taken over, so that a takeover meets the very claim that was read. */
  fence: 'fence',
  since: 'since',
  /** When DynamoDB may delete the claim, in epoch seconds. */
  expires: 'expires',
} as const;

export interface ClaimsTableProps {
  /** Whether claims outlive the stack. */
  readonly retain: boolean;
}

/** The claims and locks of one project in one environment. */
export class ClaimsTable extends Construct {
  readonly table: ITable;

  constructor(scope: Construct, id: string, { retain }: ClaimsTableProps) {
    super(scope, id);
    // aws-cdk-lib's own types do not fit strict optional ones.
    this.table = new Table(this, 'Resource', {
      partitionKey: { name: claimAttributes.key, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: claimAttributes.expires,
      deletionProtection: retain,
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    }) as ITable;
  }
}
