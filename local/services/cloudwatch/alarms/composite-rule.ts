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
const MAXIMUM_LEVELS = 100;

/** @throws ValidationException if the rule is not valid */
export function parseCompositeRule(text: string): CompositeRule {
  const tokens = tokenize(text);
  const alarms = tokens.flatMap(({ alarm }) => alarm ?? []);
  return { alarms: [...new Set(alarms)], isAlarm: new Parser(text, tokens).parse() };
}

/** A recursive descent parser: OR binds less than AND, AND less than NOT. */
class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #position = 0;
  #depth = 0;

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text;
    this.#tokens = tokens;
  }

  parse(): Test {
    const test = this.#any();
    if (this.#position < this.#tokens.length) throw invalid(this.#text);
    return test;
  }

  #takes(word: string): boolean {
    if (this.#tokens[this.#position]?.word !== word) return false;
    this.#position += 1;
    return true;
  }

  #any(): Test {
    let left = this.#all();
    while (this.#takes('OR')) {
      const [one, other] = [left, this.#all()];
      left = (stateOf) => one(stateOf) || other(stateOf);
    }
    return left;
  }

  #all(): Test {
    let left = this.#single();
    while (this.#takes('AND')) {
      const [one, other] = [left, this.#single()];
      left = (stateOf) => one(stateOf) && other(stateOf);
    }
    return left;
  }

  #single(): Test {
    this.#depth += 1;
    if (this.#depth > MAXIMUM_LEVELS) throw tooDeep();
    const test = this.#operand();
    this.#depth -= 1;
    return test;
  }

  #operand(): Test {
    const token = this.#tokens[this.#position];
    this.#position += 1;
    if (token?.alarm !== undefined) {
      const { alarm, state } = token;
      return (stateOf) => stateOf(alarm) === state;
    }
    switch (token?.word) {
      case 'NOT': {
        const inner = this.#single();
        return (stateOf) => !inner(stateOf);
      }
      case 'TRUE':
        return () => true;
      case 'FALSE':
        return () => false;
      case '(':
        return this.#group();
      default:
        throw invalid(this.#text);
    }
  }

  #group(): Test {
    const inner = this.#any();
    if (!this.#takes(')')) throw invalid(this.#text);
    return inner;
  }
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
    `Error in AlarmRule expression: it nests deeper than ${MAXIMUM_LEVELS} levels.`,
  );
}

function invalid(text: string): ValidationException {
  return new ValidationException(`Error in AlarmRule expression: ${text} is not a valid rule.`);
}
