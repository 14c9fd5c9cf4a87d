import { type Constraint, describeViolations } from '../../constraints.ts';
import { InvalidName, ValidationException } from './errors.ts';
import { limits } from './limits.ts';

/** What the API model says about one member. */
export interface Shape extends Omit<Constraint, 'member' | 'value' | 'printed'> {
  /** How the message prints the value. @default the text or JSON of it */
  readonly print?: (value: unknown) => string;
}

/** By the path of the member; `member` stands for every item of a list: `tags.member.key`. */
export type Constraints = Readonly<Record<string, Shape>>;

/**
 * Refuses a request that breaks the API model, before an operation runs, with the sentence every AWS
 * JSON service gives. All violations are told at once.
 *
 * @throws ValidationException
 */
export function checkConstraints(input: object, constraints: Constraints): void {
  const found = Object.entries(constraints).flatMap(([path, { print, ...shape }]) =>
    membersAt(input, path.split('.')).map(({ member, value }) => ({
      ...shape,
      member,
      value,
      ...(print === undefined || value === undefined ? {} : { printed: print(value) }),
    })),
  );
  const violations = describeViolations(found);
  if (violations !== undefined) throw new ValidationException(violations);
}

interface Member {
  readonly member: string;
  readonly value: unknown;
}

/** The members that a path names; those of a structure that is not there are none. */
function membersAt(input: object, path: readonly string[]): readonly Member[] {
  let found: readonly Member[] = [{ member: '', value: input }];
  for (const [depth, part] of path.entries()) {
    found = found.flatMap((parent) => childrenOf(parent, part, depth === 0));
  }
  return found;
}

function childrenOf({ member, value }: Member, part: string, top: boolean): readonly Member[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => ({
      member: `${member}.${index + 1}.member`,
      value: item,
    }));
  }
  const child: unknown = new Map<string, unknown>(Object.entries(value)).get(part);
  return [{ member: top ? part : `${member}.${part}`, value: child ?? undefined }];
}

/** A member that must be there. */
export function required(shape: Shape = {}): Shape {
  return { required: true, ...shape };
}

const sensitiveText = { maximumBytes: limits.payloadBytes, sensitive: true };
const arn = { minimumLength: 1, maximumLength: limits.arnCharacters };

/**
 * The shapes of the API model, by AWS's names.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html
 */
export const shapes = {
  Arn: arn,
  LongArn: { minimumLength: 1, maximumLength: limits.labelledArnCharacters },
  Name: { minimumLength: 1, maximumLength: limits.nameCharacters },
  CharacterRestrictedName: {
    minimumLength: 1,
    maximumLength: limits.nameCharacters,
    pattern: String.raw`^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$`,
  },
  Definition: { minimumLength: 1, maximumBytes: limits.definitionBytes, sensitive: true },
  SensitiveData: sensitiveText,
  SensitiveError: { maximumLength: limits.errorCharacters, sensitive: true },
  SensitiveCause: { maximumLength: limits.causeCharacters, sensitive: true },
  /** `AliasDescription`, `VersionDescription` */
  Description: { maximumLength: limits.descriptionCharacters, sensitive: true },
  StateMachineType: { oneOf: ['STANDARD', 'EXPRESS'] },
  IncludedData: { oneOf: ['ALL_DATA', 'METADATA_ONLY'] },
  TaskToken: { minimumLength: 1, maximumLength: limits.taskTokenCharacters },
  PageSize: { minimum: 0, maximum: limits.pageEntries },
  PageToken: { minimumLength: 1, maximumLength: limits.tokenCharacters },
  ListExecutionsPageToken: { minimumLength: 1, maximumLength: limits.executionsTokenCharacters },
  TagKey: { minimumLength: 1, maximumLength: limits.tagKeyCharacters },
  TagValue: { maximumLength: limits.tagValueCharacters },
  TestStateStateName: {
    minimumLength: 1,
    maximumLength: limits.nameCharacters,
    sensitive: true,
  },
} as const satisfies Readonly<Record<string, Shape>>;

/** An ARN that the request must have. */
export const requiredArn = required(shapes.Arn);

/** `maxResults` and `nextToken` of the listings. */
export const pageConstraints: Constraints = {
  maxResults: shapes.PageSize,
  nextToken: shapes.PageToken,
};

export const tagConstraints: Constraints = {
  'tags.member.key': shapes.TagKey,
  'tags.member.value': shapes.TagValue,
};

export const loggingConstraints: Constraints = {
  'loggingConfiguration.level': { oneOf: ['ALL', 'ERROR', 'FATAL', 'OFF'] },
  'loggingConfiguration.destinations.member.cloudWatchLogsLogGroup.logGroupArn': shapes.Arn,
};

export const encryptionConstraints: Constraints = {
  'encryptionConfiguration.kmsKeyId': {
    minimumLength: 1,
    maximumLength: limits.kmsKeyIdCharacters,
  },
  'encryptionConfiguration.kmsDataKeyReusePeriodSeconds': {
    minimum: limits.kmsReuseSecondsLeast,
    maximum: limits.kmsReuseSecondsMost,
  },
  'encryptionConfiguration.type': required({
    oneOf: ['AWS_OWNED_KEY', 'CUSTOMER_MANAGED_KMS_KEY'],
  }),
};

/** Spaces, brackets, wildcards, special and control characters are not allowed in names. */
const forbiddenInNames =
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff\u{10ffff}]/u;

/** Refuses the characters that a name of a machine, execution or activity must not have. */
export function checkName(name: string): void {
  if (forbiddenInNames.test(name)) throw new InvalidName(name);
}
