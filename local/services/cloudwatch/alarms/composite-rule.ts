import type { StateValue } from '@aws-sdk/client-cloudwatch';
import { ValidationException } from '../errors.ts';

/** A parsed rule over the states of other alarms. */
export interface CompositeRule {
  /** Names or ARNs of the alarms in the rule. */
  readonly alarms: readonly string[];
  isAlarm(stateOf: (alarm: string) => StateValue | undefined): boolean;
}

type Test = (stateOf: (alarm: string) => StateValue | undefined) => boolean;

const TOKEN =
  /\s*(?:(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"([^"]*)"|'([^']*)'|([^()"'\s][^()]*?))\s*\)|(AND|OR|NOT|TRUE|FALSE)\b|([()]))/iy;

interface Token {
  readonly state?: StateValue;
  readonly alarm?: string;
  readonly word?: string;
}

/** The maximum nesting depth of a rule; AWS documents its length only. */
const MAXIMUM_DEPTH = 100;

/** @throws ValidationException if the rule is not valid */
export function parseCompositeRule(text: string): CompositeRule {
  const tokens = tokenize(text);
  let position = 0;
  let depth = 0;
  const word = () => tokens[position]?.word;

  function any(): Test {
    let left = all();
    while (word() === 'OR') {
      position += 1;
      const [one, other] = [left, all()];
      left = (stateOf) => one(stateOf) || other(stateOf);
    }
    return left;
  }

  function all(): Test {
    let left = single();
    while (word() === 'AND') {
      position += 1;
      const [one, other] = [left, single()];
      left = (stateOf) => one(stateOf) && other(stateOf);
    }
    return left;
  }

  function single(): Test {
    depth += 1;
    if (depth > MAXIMUM_DEPTH) throw tooDeep();
    const test = operand();
    depth -= 1;
    return test;
  }

  function operand(): Test {
    const token = tokens[position];
    position += 1;
    if (token?.alarm !== undefined) {
      const { alarm, state } = token;
      return (stateOf) => stateOf(alarm) === state;
    }
    switch (token?.word) {
      case 'NOT': {
        const inner = single();
        return (stateOf) => !inner(stateOf);
      }
      case 'TRUE':
        return () => true;
      case 'FALSE':
        return () => false;
      case '(': {
        const inner = any();
        if (word() !== ')') throw invalid(text);
        position += 1;
        return inner;
      }
      default:
        throw invalid(text);
    }
  }

  const test = any();
  if (position < tokens.length) throw invalid(text);
  const alarms = tokens.flatMap(({ alarm }) => alarm ?? []);
  return { alarms: [...new Set(alarms)], isAlarm: test };
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(text);
    if (match === null) throw invalid(text);
    const [, state, double, single, bare, word, bracket] = match;
    if (state === undefined) tokens.push({ word: (word ?? bracket ?? '').toUpperCase() });
    else {
      tokens.push({
        state: state.toUpperCase() as StateValue,
        alarm: double ?? single ?? bare ?? '',
      });
    }
  }
  return tokens;
}

function tooDeep(): ValidationException {
  return new ValidationException(
    `Error in AlarmRule expression: it nests deeper than ${MAXIMUM_DEPTH} levels.`,
  );
}

function invalid(text: string): ValidationException {
  return new ValidationException(`Error in AlarmRule expression: ${text} is not a valid rule.`);
}
