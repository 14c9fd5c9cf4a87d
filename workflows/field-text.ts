import { quote } from './jsonata.ts';

/**
 * What AWS takes in the fields that free text reaches: a reason that people write, a container's
 * error, an alarm's description. Everything that goes into such a field is cleaned and shortened
 * here. Lengths are in characters and hold whether AWS counts code points or UTF-16 units.
 *
 * Only character ranges, no `\p{…}`: JSONata's regular expressions are those of the language that
 * interprets them, and Java and JavaScript do not agree about classes.
 */
export const fieldLimits = {
  /** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateModelPackage.html */
  metadataKey: 128,
  metadataValue: 256,
  metadataEntries: 50,
  approvalDescription: 1_024,
  modelPackageDescription: 1_024,
  /** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
  subject: 100,
  messageBytes: 262_144,
  /** https://docs.aws.amazon.com/step-functions/latest/apireference/API_TaskFailedEventDetails.html */
  error: 256,
  cause: 32_768,
} as const;

/** Four bytes a character at most, and some for what surrounds the message. */
const MESSAGE_CHARACTERS = 60_000;
/** Two UTF-16 units a character at most. */
const CAUSE_CHARACTERS = fieldLimits.cause / 2;
const ERROR_CHARACTERS = fieldLimits.error / 2;

/** Letters in every version of Unicode that matters: Latin, Greek, Cyrillic, Hebrew, Arabic, CJK. */
const letters = [
  'A-Za-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u024F',
  '\\u0388-\\u038A\\u038C\\u038E-\\u03A1\\u03A3-\\u03F5',
  '\\u0400-\\u0481\\u048A-\\u052F\\u05D0-\\u05EA\\u0620-\\u064A',
  '\\u3041-\\u3096\\u30A1-\\u30FA\\u4E00-\\u9FEA\\uAC00-\\uD7A3',
].join('');
/** `([\p{L}\p{Z}\p{N}_.:/=+\-@]*)` is what SageMaker's model asks of keys and values. */
const notMetadata = `/[^${letters}0-9 _.:\\/=+@\\-]/`;
/** Controls and line ends, for patterns such as `.*`. */
const controls = '/[\\u0000-\\u001F\\u007F-\\u009F\\u2028\\u2029]/';
/** Controls but line feeds and tabs. */
const controlsInLines = '/[\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F]/';
/** Beyond the basic plane: one character in Java, two halves in JavaScript. */
const astral = '/[\\uD800-\\uDFFF]|[^\\u0000-\\uFFFF]/';
const notPrintable = '/[^ -~]/';

/** What stands where nothing is left; a value may not be empty. */
const NOTHING = '-';

/**
 * A value of `CustomerMetadataProperties`, as an expression.
 *
 * @param text an expression
 */
export function metadataValue(text: string): string {
  return metadata(text, fieldLimits.metadataValue);
}

/** A key of `CustomerMetadataProperties`. */
export function metadataKey(text: string): string {
  return metadata(text, fieldLimits.metadataKey);
}

function metadata(text: string, limit: number): string {
  // What a person would write instead, then spaces.
  const words = `$replace($replace($substring(${textOf(text)}, 0, ${4 * limit}), /%/, " percent"), /['"\`\\u2018-\\u201D]/, "")`;
  const cleaned = `$trim($substring($trim($replace(${words}, ${notMetadata}, " ")), 0, ${limit}))`;
  return orNothing(cleaned);
}

/** The whole text in one line: `ApprovalDescription`. */
export function approvalDescription(text: string): string {
  const limit = fieldLimits.approvalDescription;
  return `(
  $line := $trim($replace($substring(${textOf(text)}, 0, ${limit}), ${controls}, " "));
  $length($line) * 2 > ${limit} and $contains($line, ${astral})
    ? $substring($line, 0, ${limit / 2})
    : $line
)`;
}

/** SNS's subject: ASCII in one line. */
export function subjectText(text: string): string {
  const cut = `$substring(${textOf(text)}, 0, ${fieldLimits.subject})`;
  return orNothing(
    `$substring($trim($replace($replace(${cut}, ${controls}, " "), ${notPrintable}, "?")), 0, ${fieldLimits.subject})`,
  );
}

/** SNS's message, of several lines. */
export function messageText(text: string): string {
  return orNothing(
    `$replace($substring(${textOf(text)}, 0, ${MESSAGE_CHARACTERS}), ${controlsInLines}, " ")`,
  );
}

/** Why an execution failed. */
export function causeText(text: string): string {
  return `$substring(${textOf(text)}, 0, ${CAUSE_CHARACTERS})`;
}

/** The name of an error that a task reported. */
export function errorText(text: string): string {
  return `$substring(${textOf(text)}, 0, ${ERROR_CHARACTERS})`;
}

/** Texts stay as they are, nothing becomes an empty one, and everything else JSON. */
function textOf(expression: string): string {
  return `((${expression}) & "")`;
}

function orNothing(expression: string): string {
  return `($text := ${expression}; $text = "" ? ${quote(NOTHING)} : $text)`;
}

/** A description that is known at synth, as SageMaker takes it: no controls, one line. */
export function describeEntity(text: string): string {
  return text
    .replaceAll(/[^\p{L}\p{M}\p{Z}\p{S}\p{N}\p{P}]+/gu, ' ')
    .slice(0, fieldLimits.modelPackageDescription)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trim();
}
