import { ServiceError } from './service-error.ts';

/** What stands in place of a value of a resource that this runtime does not emulate. */
export interface Placeholder {
  readonly logicalId: string;
  /** For example `AWS::KMS::Key`. */
  readonly type: string;
  /** Of `Fn::GetAtt`; undefined for `Ref`. */
  readonly attribute?: string;
}

const MARKER = 'not-emulated-';
const MARKED = /not-emulated-([A-Za-z0-9]+(?:-[A-Za-z0-9]+)*)/;

/**
 * A value that names its resource and is valid where most values are: letters, digits and dashes, or an ARN for an
 * attribute that has one.
 */
export function renderPlaceholder(
  { logicalId, type, attribute = '' }: Placeholder,
  arn: (service: string, resource: string) => string,
): string {
  const name = `${MARKER}${[...type.split('::'), logicalId].join('-').replaceAll(/[^\w-]/g, '')}`;
  const service = type.split('::')[1] ?? 'custom';
  return attribute.endsWith('Arn') ? arn(service.toLowerCase(), name) : name;
}

export function holdsPlaceholder(value: unknown): boolean {
  return findIn(value) !== undefined;
}

/** The same error; if the input holds a placeholder, its message says that the resource is not emulated. */
export function explainPlaceholder(error: unknown, input: object): unknown {
  if (!(error instanceof ServiceError)) return error;
  const name = findIn(input);
  if (name !== undefined && !error.message.includes(EXPLANATION)) {
    error.message = `${error.message} ${name} ${EXPLANATION}`;
  }
  return error;
}

const EXPLANATION =
  'is a resource of the template that stepmill does not emulate (docs/local.md), so it does not exist here.';

/** A request is looked at no further than this. */
const MOST_VALUES = 10_000;

/** The name in the first placeholder of a value. */
function findIn(value: unknown): string | undefined {
  const pending: unknown[] = [value];
  for (let seen = 0; seen < MOST_VALUES; seen += 1) {
    const next = pending.pop();
    if (typeof next === 'string') {
      const name = next.includes(MARKER) ? MARKED.exec(next)?.[1] : undefined;
      if (name !== undefined) return name;
    } else if (Array.isArray(next)) pending.push(...next);
    else if (isPlain(next)) pending.push(...Object.values(next));
    if (pending.length === 0) return undefined;
  }
  return undefined;
}

/** Bodies are streams and bytes. */
function isPlain(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
