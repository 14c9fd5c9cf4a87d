import { InvalidArgument, InvalidRequest, MalformedXml } from './errors.ts';
import { INFREQUENT_ACCESS_DAYS, LONGEST_RULE_ID_CHARACTERS } from './limits.ts';

interface Tag {
  readonly Key?: string;
}

interface Conditions {
  readonly Prefix?: string;
  readonly Tags?: readonly Tag[];
  readonly ObjectSizeGreaterThan?: number;
  readonly ObjectSizeLessThan?: number;
}

interface Filter extends Omit<Conditions, 'Tags'> {
  readonly Tag?: Tag;
  readonly And?: Conditions;
}

interface When {
  readonly Days?: number;
  readonly Date?: Date;
}

interface Rule {
  readonly ID?: string;
  readonly Prefix?: string;
  readonly Filter?: Filter;
  readonly Expiration?: When & { readonly ExpiredObjectDeleteMarker?: boolean };
  readonly Transitions?: readonly (When & { readonly StorageClass?: string })[];
  readonly NoncurrentVersionExpiration?: {
    readonly NoncurrentDays?: number;
    readonly NewerNoncurrentVersions?: number;
  };
  readonly NoncurrentVersionTransitions?: readonly {
    readonly NoncurrentDays?: number;
    readonly StorageClass?: string;
  }[];
  readonly AbortIncompleteMultipartUpload?: { readonly DaysAfterInitiation?: number };
}

const DAY_MS = 86_400_000;
const INFREQUENT_ACCESS: ReadonlySet<string> = new Set(['STANDARD_IA', 'ONEZONE_IA']);

/** @throws MalformedXml, InvalidArgument, InvalidRequest as PutBucketLifecycleConfiguration does */
export function checkedLifecycle(value: unknown): unknown {
  const { Rules: rules = [] } = value as { readonly Rules?: readonly Rule[] };
  if (rules.length === 0) throw new MalformedXml();
  for (const rule of rules) checkRule(rule);
  const ids = rules.flatMap(({ ID }) => (ID === undefined || ID === '' ? [] : [ID]));
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) {
    throw new InvalidArgument(
      'Rule ID must be unique. Found same ID for more than one rule',
      'ID',
      repeated,
    );
  }
  return value;
}

function checkRule(rule: Rule): void {
  const { ID: id = '' } = rule;
  if (id.length > LONGEST_RULE_ID_CHARACTERS) {
    throw new InvalidArgument(
      `ID length should not exceed allowed limit of ${LONGEST_RULE_ID_CHARACTERS}`,
      'ID',
      id,
    );
  }
  if ((rule.Filter === undefined) === (rule.Prefix === undefined)) throw new MalformedXml();
  checkFilter(rule.Filter ?? {});
  checkExpiration(rule);
  for (const transition of rule.Transitions ?? []) checkTransition(transition);
  checkNoncurrent(rule);
  checkAbort(rule);
  if (!hasAction(rule)) {
    throw new InvalidRequest('At least one action needs to be specified in a rule');
  }
}

function hasAction(rule: Rule): boolean {
  return (
    rule.Expiration !== undefined ||
    rule.NoncurrentVersionExpiration !== undefined ||
    rule.AbortIncompleteMultipartUpload !== undefined ||
    (rule.Transitions ?? []).length > 0 ||
    (rule.NoncurrentVersionTransitions ?? []).length > 0
  );
}

/** One condition, or several in `And`. */
function checkFilter(filter: Filter): void {
  if (given(Object.values(filter)).length > 1) throw new MalformedXml();
  const keys = (filter.And?.Tags ?? []).map(({ Key }) => Key);
  if (new Set(keys).size < keys.length) {
    throw new InvalidRequest('Duplicate Tag Keys are not allowed.');
  }
}

function checkExpiration({ Expiration: expiration }: Rule): void {
  if (expiration === undefined) return;
  const { Days: days, Date: date, ExpiredObjectDeleteMarker: marker } = expiration;
  if (given([days, date, marker]).length !== 1) throw new MalformedXml();
  checkPositive('Days', 'Expiration', days);
  checkMidnight(date);
}

function checkTransition(transition: When & { readonly StorageClass?: string }): void {
  const { Days: days, Date: date, StorageClass: storageClass } = transition;
  if (given([days, date]).length !== 1 || storageClass === undefined) throw new MalformedXml();
  checkMidnight(date);
  if (days === undefined) return;
  if (days < 0) {
    throw new InvalidArgument("'Days' for Transition action must be nonnegative", 'Days', days);
  }
  if (INFREQUENT_ACCESS.has(storageClass) && days < INFREQUENT_ACCESS_DAYS) {
    throw new InvalidArgument(
      `'Days' in Transition action must be greater than or equal to ${INFREQUENT_ACCESS_DAYS} for storageClass '${storageClass}'`,
      'Days',
      days,
    );
  }
}

function checkNoncurrent(rule: Rule): void {
  const expiration = rule.NoncurrentVersionExpiration;
  if (expiration !== undefined && expiration.NoncurrentDays === undefined) throw new MalformedXml();
  checkPositive('NoncurrentDays', 'NoncurrentVersionExpiration', expiration?.NoncurrentDays);
  for (const { NoncurrentDays: days, StorageClass } of rule.NoncurrentVersionTransitions ?? []) {
    if (days === undefined || StorageClass === undefined) throw new MalformedXml();
  }
}

function checkAbort({ AbortIncompleteMultipartUpload: abort, Filter: filter }: Rule): void {
  if (abort === undefined) return;
  const { DaysAfterInitiation: days } = abort;
  if (days === undefined) throw new MalformedXml();
  checkPositive('DaysAfterInitiation', 'AbortIncompleteMultipartUpload', days);
  if (filter?.Tag !== undefined || (filter?.And?.Tags ?? []).length > 0) {
    throw new InvalidRequest('AbortIncompleteMultipartUpload cannot be specified with Tags.');
  }
}

function checkPositive(name: string, action: string, days: number | undefined): void {
  if (days === undefined || days > 0) return;
  throw new InvalidArgument(
    `'${name}' for ${action} action must be a positive integer`,
    name,
    days,
  );
}

function checkMidnight(date: Date | undefined): void {
  if (date === undefined || date.getTime() % DAY_MS === 0) return;
  throw new InvalidArgument("'Date' must be at midnight GMT", 'Date', date.toISOString());
}

function given(values: readonly unknown[]): readonly unknown[] {
  return values.filter((value) => value !== undefined);
}
