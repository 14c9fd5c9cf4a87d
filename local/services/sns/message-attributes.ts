import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import { InvalidParameterValueException } from './errors.ts';
import { ATTRIBUTE_NAME_BYTES } from './limits.ts';

/** @throws InvalidParameterValueException for the first attribute that AWS refuses */
export function checkMessageAttributes(
  attributes: Readonly<Record<string, MessageAttributeValue>> = {},
): void {
  for (const [name, attribute] of Object.entries(attributes)) {
    checkName(name);
    checkValue(name, attribute);
  }
}

function checkName(name: string): void {
  if (Buffer.byteLength(name) >= ATTRIBUTE_NAME_BYTES) {
    throw new InvalidParameterValueException(
      `Length of message attribute name must be less than ${ATTRIBUTE_NAME_BYTES} bytes.`,
    );
  }
  const odd = /[^A-Za-z0-9_.-]/u.exec(name)?.[0];
  if (odd !== undefined) {
    const code = (odd.codePointAt(0) ?? 0).toString(16).toUpperCase();
    throw new InvalidParameterValueException(
      `Invalid non-alphanumeric character '#x${code}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
    );
  }
  if (name.startsWith('.')) throw atDot('starting');
  if (name.endsWith('.')) throw atDot('ending');
  if (name.includes('..')) {
    throw new InvalidParameterValueException(
      "Message attribute name can not have successive '.' character.",
    );
  }
}

function atDot(place: string): InvalidParameterValueException {
  return new InvalidParameterValueException(
    `Invalid message attribute name ${place} with character '.' was found.`,
  );
}

function checkValue(name: string, attribute: MessageAttributeValue): void {
  const { DataType: type = '', StringValue: text, BinaryValue: bytes } = attribute;
  const kind = /^(Binary|Number|String)(?:\..+)?$/.exec(type)?.[1];
  if (kind === undefined) {
    throw new InvalidParameterValueException(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  const [own, other, field] = kind === 'Binary' ? [bytes, text, 'Binary'] : [text, bytes, 'String'];
  if (own === undefined && other !== undefined && other.length > 0) {
    throw new InvalidParameterValueException(
      `The message attribute '${name}' with type '${type}' must use field '${field}'.`,
    );
  }
  if (own === undefined || own.length === 0) {
    throw new InvalidParameterValueException(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
    );
  }
  if (kind === 'Number' && !Number.isFinite(Number(text))) {
    throw new InvalidParameterValueException(
      `Could not cast message attribute '${name}' value to number.`,
    );
  }
}
