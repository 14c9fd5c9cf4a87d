import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { HandlerFunction } from '../handler-function.ts';

export interface AuditProps {
  readonly environment: string;
  readonly retain: boolean;
}

/**
 * Who changed what: a table into which one small function appends. DynamoDB has no permission to put items
 * without the one to replace them, so the API may only call that function, whose code puts where nothing is.
 */
export class Audit extends Construct {
  readonly table: TableV2;
  readonly append: IFunction;

  constructor(scope: Construct, id: string, { environment, retain }: AuditProps) {
    super(scope, id);
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'project', type: AttributeType.STRING },
      sortKey: { name: 'auditId', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      timeToLiveAttribute: 'expires',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: retain,
      removalPolicy: retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    });
    const append = new HandlerFunction(this, 'Append', {
      handler: 'audit',
      description: 'Appends entries to the audit',
      memorySizeMb: 256,
      timeout: Duration.seconds(10),
      environment: {
        STEPMILL_PROJECT: 'console',
        STEPMILL_ENVIRONMENT: environment,
        STEPMILL_AUDIT_TABLE: this.table.tableName,
      },
    });
    append.allow(['dynamodb:PutItem'], [this.table.tableArn]);
    this.append = append.function;
  }
}
