/**
 * Amazon DynamoDB on one machine.
 *
 * Here: tables with global and local indexes, items, conditions, updates, projections, filters, parallel
 * scans, batches, transactions with client tokens, the item of a failed condition, consumed capacity, time
 * to live, tags, resource policies; AWS's limits and sentences. Numbers are decimals of 38 digits. IAM
 * judges tables, indexes, items and attributes (`dynamodb:LeadingKeys`, `Attributes`, `Select`,
 * `ReturnValues` …), transactions by their actions.
 *
 * Missing, and answered as missing by name: streams, PartiQL, global tables of several regions, backups,
 * imports and exports, Kinesis destinations, vector search, index keys of several attributes, warm and
 * on-demand throughput, and the parameters from before expressions (Expected, AttributeUpdates,
 * KeyConditions, QueryFilter, ScanFilter, AttributesToGet). Point-in-time recovery, encryption and table
 * classes are recorded and have no effect.
 *
 * Different by design: a request is carried out whole before the next one, so that reads are always
 * consistent and no TransactionConflictException ever comes; nothing is throttled. Tables and indexes are
 * ACTIVE as soon as the call that makes them has answered. Expired items go once an hour. Updates of an item
 * are measured by the item they leave, as in the regions that have no rule of their own for UpdateItem.
 *
 * Behaviour from: the DynamoDB developer guide and API reference, dynalite, and answers of AWS recorded by
 * LocalStack and by https://github.com/paritysuite/dynamodb-conformance.
 */
export { createDynamoDbService } from './service.ts';
