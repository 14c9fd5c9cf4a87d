import type { InputTransformer } from '@aws-sdk/client-eventbridge';
import { parseJson, writeJson } from '../../../../engine/index.ts';
import { type EventEnvelope } from '../event.ts';
import { follow, parseJsonPath } from './json-path.ts';

/** The variables that the input template of a target may use beside its own paths. */
export interface TemplateContext {
  readonly ruleArn: string;
  readonly ruleName: string;
  /** ISO 8601. */
  readonly ingestionTime: string;
}

const PLACEHOLDER = /<([^<>\s]+)>/g;

const RESERVED: ReadonlySet<string> = new Set([
  'aws.events.rule-arn',
  'aws.events.rule-name',
  'aws.events.event.ingestion-time',
  'aws.events.event',
  'aws.events.event.json',
]);

/** Placeholders of the template that neither InputPathsMap nor EventBridge defines. */
export function unknownPlaceholders(transformer: InputTransformer): readonly string[] {
  const known = new Set(Object.keys(transformer.InputPathsMap ?? {}));
  const names = [...(transformer.InputTemplate ?? '').matchAll(PLACEHOLDER)].map(
    ([, name = '']) => name,
  );
  return names.filter((name) => !known.has(name) && !RESERVED.has(name));
}

/**
 * Whether EventBridge accepts the template: JSON, or lines of text in double quotes, after its placeholders
 * are filled.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html#eb-transform-input-issues
 */
export function isTemplate(template: string): boolean {
  const filled = fill(template, (_, quoted) => (quoted ? '' : 'null'));
  const lines = filled.split('\n').filter((line) => line.trim() !== '');
  return isJsonText(filled) || (lines.length > 0 && lines.every(isJsonText));
}

/** The filled template is not valid JSON, so there is nothing to deliver. */
export class BrokenTemplate extends Error {}

/**
 * Fills the template of a target. EventBridge inserts values without escaping them: if the result of a JSON
 * template is not JSON, nothing is delivered. In text templates objects and lists lose their quotes.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 * @throws BrokenTemplate
 */
export function fillTemplate(
  transformer: InputTransformer,
  event: EventEnvelope,
  context: TemplateContext,
): string {
  const template = transformer.InputTemplate ?? '';
  const isJson = /^\s*[{[]/.test(template);
  const values = valuesOf(transformer, event, context);
  const filled = fill(template, (name, quoted) =>
    isJson ? inJson(values(name), quoted) : inText(values(name)),
  );
  if (isJson && !isJsonText(filled)) {
    throw new BrokenTemplate(
      `The input template of the target made a text that is not JSON: ${filled.slice(0, 200)}`,
    );
  }
  return filled;
}

function fill(template: string, valueOf: (name: string, quoted: boolean) => string): string {
  let quoted = false;
  let filled = '';
  let position = 0;
  for (const match of template.matchAll(PLACEHOLDER)) {
    const literal = template.slice(position, match.index);
    quoted = endsInsideQuotes(literal, quoted);
    filled += literal + valueOf(match[1] ?? '', quoted);
    position = match.index + match[0].length;
  }
  return filled + template.slice(position);
}

function valuesOf(
  transformer: InputTransformer,
  event: EventEnvelope,
  context: TemplateContext,
): (name: string) => unknown {
  const paths = transformer.InputPathsMap ?? {};
  return (name) => {
    const path = Object.hasOwn(paths, name) ? paths[name] : undefined;
    if (path !== undefined) return follow(event, parseJsonPath(path) ?? []);
    return reservedValue(name, event, context);
  };
}

function reservedValue(name: string, event: EventEnvelope, context: TemplateContext): unknown {
  switch (name) {
    case 'aws.events.rule-arn':
      return context.ruleArn;
    case 'aws.events.rule-name':
      return context.ruleName;
    case 'aws.events.event.ingestion-time':
      return context.ingestionTime;
    case 'aws.events.event.json':
      return event;
    case 'aws.events.event':
      // AWS omits the detail, and names the type like a variable.
      return {
        id: event.id,
        account: event.account,
        detailType: event['detail-type'],
        time: event.time,
        source: event.source,
        region: event.region,
        resources: event.resources,
        version: event.version,
      };
    default:
      return undefined;
  }
}

function endsInsideQuotes(text: string, inside: boolean): boolean {
  let quoted = inside;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '\\') index += 1;
    else if (text[index] === '"') quoted = !quoted;
  }
  return quoted;
}

function inJson(value: unknown, quoted: boolean): string {
  if (value === undefined) return quoted ? '' : '""';
  if (quoted && typeof value === 'string') return value;
  return writeJson(value);
}

function inText(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  return writeJson(value).replaceAll('"', '');
}

function isJsonText(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}
