import { ServiceError } from './service-error.ts';

/** The request cannot be read: it does not conform to the protocol or to the types of the API model. */
export class SerializationException extends ServiceError {
  constructor(message: string) {
    super('SerializationException', message);
  }
}

/** The types of API models that errors name. */
export type ModelType =
  | ('blob' | 'boolean' | 'double' | 'float' | 'integer' | 'list' | 'long' | 'map')
  | ('string' | 'structure' | 'timestamp' | 'union');

/**
 * AWS's error for a JSON value of the wrong type. It does not name the member. The messages are those of
 * AWS's JSON services in 2026 (measured on Athena and SES).
 */
export function wrongType(type: ModelType, value: unknown): SerializationException {
  if (Array.isArray(value)) {
    return new SerializationException('Start of list found where not expected');
  }
  if (typeof value === 'object' && value !== null) {
    return new SerializationException('Start of structure or map found where not expected.');
  }
  const whole = wholes[type];
  if (whole !== undefined) return new SerializationException(whole);
  return new SerializationException(`${kindOf(value)} can not be converted to ${nouns[type]}`);
}

const wholes: Partial<Record<ModelType, string>> = {
  list: 'Expected list or null',
  map: 'Expected map or null',
  structure: 'Expected null',
  union: 'Expected null',
};

const nouns: Partial<Record<ModelType, string>> = {
  blob: 'a Blob',
  boolean: 'a Boolean',
  double: 'a Double',
  float: 'a Float',
  integer: 'an Integer',
  long: 'a Long',
  string: 'a String',
  timestamp: 'milliseconds since epoch',
};

/** The names that AWS's JSON parser has for the types it found. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'NULL_VALUE';
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE';
  return typeof value === 'string' ? 'STRING_VALUE' : 'NUMBER_VALUE';
}
