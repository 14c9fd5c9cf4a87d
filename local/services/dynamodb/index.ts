/**
 * Amazon DynamoDB on one machine.
 *
 * Here: tables with global and local indexes, items, conditions, updates, projections, filters, parallel
 * scans, batches, transactions with client tokens, the item of a failed condition, consumed capacity, time
 * to live, tags, resource policies; AWS's limits and messages. Numbers are decimals of 38 digits. IAM
 * authorizes tables, indexes, items and attributes (`dynamodb:LeadingKeys`, `Attributes`, `Select`,
 * `ReturnValues` …), and transactions by their actions.
 *
 * Missing, and answered as missing by name: streams, PartiQL, global tables of several regions, backups,
 * imports and exports, Kinesis destinations, vector search, index keys of several attributes, warm and
 * on-demand throughput, and the parameters from before expressions (Expected, AttributeUpdates,
 * KeyConditions, QueryFilter, ScanFilter, AttributesToGet). Point-in-time recovery, encryption and table
 * classes are recorded and have no effect.
 *
 * Different by design: requests are executed one after the other, so that reads are always consistent and
 * TransactionConflictException never occurs; nothing is throttled. Tables and indexes are ACTIVE as soon as
 * they are created. Expired items are deleted once an hour. Updates are limited by the size of the resulting
 * item, as in the regions without a special rule for UpdateItem.
 *
 * Behaviour from: the DynamoDB developer guide and API reference, dynalite, and answers of AWS recorded by
 * LocalStack and by https://github.com/paritysuite/dynamodb-conformance.
 */
export { createDynamoDbService } from './service.ts';
