import type { CORSConfiguration, CORSRule } from '@aws-sdk/client-s3';
import { InvalidArgument, InvalidRequest, MalformedXml } from './errors.ts';
import { CORS_RULES_LIMIT, LONGEST_RULE_ID_CHARACTERS } from './limits.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html */
const METHODS: ReadonlySet<string> = new Set(['GET', 'PUT', 'POST', 'DELETE', 'HEAD']);

/** @throws MalformedXml, InvalidArgument, InvalidRequest as PutBucketCors does */
export function checkedCors(value: unknown): unknown {
  const { CORSRules: rules = [] } = value as Partial<CORSConfiguration>;
  if (rules.length === 0) throw new MalformedXml();
  if (rules.length > CORS_RULES_LIMIT) {
    throw new InvalidRequest(
      `The number of CORS rules should not exceed allowed limit of ${CORS_RULES_LIMIT} rules.`,
    );
  }
  for (const rule of rules) checkRule(rule);
  return value;
}

function checkRule(rule: CORSRule): void {
  const { AllowedMethods: methods = [], AllowedOrigins: origins = [] } = rule;
  if (methods.length === 0 || origins.length === 0) throw new MalformedXml();
  const unsupported = methods.find((method) => !METHODS.has(method));
  if (unsupported !== undefined) {
    throw new InvalidRequest(
      `Found unsupported HTTP method in CORS config. Unsupported method is ${unsupported}`,
    );
  }
  checkWildcards('AllowedOrigin', origins);
  checkWildcards('AllowedHeader', rule.AllowedHeaders ?? []);
  checkExposed(rule.ExposeHeaders ?? []);
  checkId(rule.ID ?? '');
}

function checkWildcards(element: string, values: readonly string[]): void {
  const invalid = values.find((value) => value.split('*').length > 2);
  if (invalid === undefined) return;
  throw new InvalidRequest(`${element} "${invalid}" can not have more than one wildcard.`);
}

function checkExposed(headers: readonly string[]): void {
  const invalid = headers.find((header) => header.includes('*'));
  if (invalid === undefined) return;
  throw new InvalidRequest(
    `ExposeHeader "${invalid}" contains wildcard. We currently do not support wildcard for ExposeHeader.`,
  );
}

function checkId(id: string): void {
  if (id.length <= LONGEST_RULE_ID_CHARACTERS) return;
  throw new InvalidArgument(
    `ID length should not exceed allowed limit of ${LONGEST_RULE_ID_CHARACTERS}`,
    'ID',
    id,
  );
}
