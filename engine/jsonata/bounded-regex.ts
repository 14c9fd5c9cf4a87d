import { type AST, RegExpParser } from '@eslint-community/regexpp';
import { JsonataFault, limitMessages } from './fault.ts';

/** What a match found: as `RegExp.exec` tells it. */
export interface RegexMatch {
  readonly index: number;
  readonly text: string;
  readonly groups: readonly (string | undefined)[];
}

/**
 * How many steps a regular expression may take on one text. The engine inside JavaScript cannot be
 * interrupted, so patterns that might backtrack for ever run here instead, where steps are counted.
 */
const maximumSteps = 3_000_000;

/** The number of character tests up to which JavaScript's own engine is certainly quick. */
const harmlessCost = 20_000_000;

/** A text this short is quick even for nested repetitions. */
const harmlessLength = 16;

/** Whether JavaScript's own engine could take very long for this pattern on a text of this length. */
export function mayBacktrack(pattern: RegExp, length: number): boolean {
  const { loops, nested } = riskOf(pattern);
  if (nested) return length > harmlessLength;
  return loops > 0 && length ** (loops + 1) > harmlessCost;
}

/** Finds the first match from a position on, as `RegExp.exec` does, but gives up where it would go on for ever. */
export function execBounded(pattern: RegExp, text: string, from: number): RegexMatch | undefined {
  const program = programOf(pattern);
  const run: Run = { text, steps: 0, groups: [] };
  for (let index = from; index <= text.length; index += 1) {
    run.groups = Array.from({ length: program.groups }, () => undefined);
    let end = -1;
    const matched = program.match(run, index, (at) => {
      end = at;
      return true;
    });
    if (matched)
      return {
        index,
        text: text.slice(index, end),
        groups: run.groups.map((group) => group && text.slice(...group)),
      };
  }
  return undefined;
}

interface Run {
  readonly text: string;
  steps: number;
  groups: (readonly [number, number] | undefined)[];
}

/** Goes on after this part of the pattern; true if the rest matches. */
type Next = (at: number) => boolean;
type Part = (run: Run, at: number, next: Next) => boolean;

interface Program {
  readonly match: Part;
  readonly groups: number;
}

interface Risk {
  readonly loops: number;
  readonly nested: boolean;
}

const trees = new WeakMap<RegExp, AST.Pattern>();
const programs = new WeakMap<RegExp, Program>();
const risks = new WeakMap<RegExp, Risk>();

function remembered<T>(known: WeakMap<RegExp, T>, pattern: RegExp, make: () => T): T {
  const value = known.get(pattern) ?? make();
  known.set(pattern, value);
  return value;
}

function treeOf(pattern: RegExp): AST.Pattern {
  return remembered(trees, pattern, () =>
    new RegExpParser().parsePattern(pattern.source, 0, pattern.source.length, {
      unicode: pattern.unicode,
    }),
  );
}

function riskOf(pattern: RegExp): Risk {
  return remembered(risks, pattern, () => measure(treeOf(pattern).alternatives));
}

function measure(alternatives: readonly AST.Alternative[]): Risk {
  let loops = 0;
  let nested = false;
  for (const element of alternatives.flatMap((alternative) => alternative.elements)) {
    const risk = measureElement(element);
    loops += risk.loops;
    nested ||= risk.nested;
  }
  return { loops, nested };
}

function measureElement(element: AST.Element): Risk {
  if (element.type === 'Quantifier') {
    const inner = measureElement(element.element);
    const repeats = element.max > 8;
    return {
      loops: inner.loops + (repeats ? 1 : 0),
      nested:
        inner.nested || (repeats && inner.loops > 0) || (repeats && hasChoice(element.element)),
    };
  }
  if (element.type === 'Backreference') return { loops: 1, nested: false };
  return 'alternatives' in element ? measure(element.alternatives) : { loops: 0, nested: false };
}

/** Alternatives under a repetition can match one text in many ways: `(a|a)*`. */
function hasChoice(element: AST.QuantifiableElement): boolean {
  return 'alternatives' in element && element.alternatives.length > 1;
}

function programOf(pattern: RegExp): Program {
  return remembered(programs, pattern, () => {
    const groups = new Map<AST.CapturingGroup, number>();
    const compiler = new Compiler(pattern, groups);
    return { match: compiler.alternatives(treeOf(pattern).alternatives), groups: groups.size };
  });
}

function step(run: Run): void {
  run.steps += 1;
  if (run.steps > maximumSteps) throw new JsonataFault(undefined, { message: limitMessages.time });
}

class Compiler {
  readonly #pattern: RegExp;
  readonly #groups: Map<AST.CapturingGroup, number>;

  constructor(pattern: RegExp, groups: Map<AST.CapturingGroup, number>) {
    this.#pattern = pattern;
    this.#groups = groups;
  }

  alternatives(alternatives: readonly AST.Alternative[]): Part {
    const parts = alternatives.map((alternative) => this.#sequence(alternative.elements));
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) return only;
    return (run, at, next) => parts.some((part) => part(run, at, next));
  }

  #sequence(elements: readonly AST.Element[]): Part {
    const parts = elements.map((element) => this.#element(element));
    return parts.reduceRight<Part>(
      (rest, part) => (run, at, next) => part(run, at, (end) => rest(run, end, next)),
      (_, at, next) => next(at),
    );
  }

  #element(element: AST.Element): Part {
    switch (element.type) {
      case 'Character':
      case 'CharacterSet':
      case 'CharacterClass':
      case 'ExpressionCharacterClass':
        return this.#character(element.raw);
      case 'Group':
        return this.alternatives(element.alternatives);
      case 'CapturingGroup':
        return this.#capture(element);
      case 'Quantifier':
        return this.#quantifier(element);
      case 'Assertion':
        return this.#assertion(element);
      case 'Backreference':
        return this.#backreference(element);
    }
  }

  /** One character; which ones match is asked of JavaScript's own engine, once for each. */
  #tester(raw: string): (character: string) => boolean {
    const expression = new RegExp(`^(?:${raw})$`, this.#pattern.flags.replaceAll(/[gym]/g, ''));
    const known = new Map<string, boolean>();
    return (character) => {
      const verdict = known.get(character) ?? expression.test(character);
      known.set(character, verdict);
      return verdict;
    };
  }

  #character(raw: string): Part {
    const test = this.#tester(raw);
    return (run, at, next) => {
      step(run);
      return at < run.text.length && test(run.text.charAt(at)) && next(at + 1);
    };
  }

  #capture(group: AST.CapturingGroup): Part {
    const number = this.#groups.size;
    this.#groups.set(group, number);
    const inner = this.alternatives(group.alternatives);
    return (run, at, next) => {
      const before = run.groups[number];
      const matched = inner(run, at, (end) => {
        const outer = run.groups[number];
        run.groups[number] = [at, end];
        if (next(end)) return true;
        run.groups[number] = outer;
        return false;
      });
      if (!matched) run.groups[number] = before;
      return matched;
    };
  }

  #quantifier(quantifier: AST.Quantifier): Part {
    const { element, min, max, greedy } = quantifier;
    const single = ['Character', 'CharacterSet', 'CharacterClass'].includes(element.type);
    if (single) return repeatCharacter(this.#tester(element.raw), min, max, greedy);
    const firstGroup = this.#groups.size;
    const part = this.#element(element);
    const lastGroup = this.#groups.size;
    const repeat = (run: Run, at: number, count: number, next: Next): boolean => {
      step(run);
      const more = () => {
        if (count >= max) return false;
        // Each round forgets what the groups inside captured in the one before.
        const before = run.groups.slice();
        run.groups.fill(undefined, firstGroup, lastGroup);
        const matched = part(
          run,
          at,
          (end) => (end > at || count < min) && repeat(run, end, count + 1, next),
        );
        if (!matched) run.groups = before;
        return matched;
      };
      if (count < min) return more();
      return greedy ? more() || next(at) : next(at) || more();
    };
    return (run, at, next) => repeat(run, at, 0, next);
  }

  #assertion(assertion: AST.Assertion): Part {
    if (assertion.kind === 'lookahead' || assertion.kind === 'lookbehind') {
      return this.#look(assertion);
    }
    // `^`, `$` and `\b` look at their neighbours only, which JavaScript's own engine does at once.
    const sticky = new RegExp(assertion.raw, `${this.#pattern.flags.replaceAll(/[gy]/g, '')}y`);
    return (run, at, next) => {
      sticky.lastIndex = at;
      return sticky.test(run.text) && next(at);
    };
  }

  #look(assertion: AST.LookaroundAssertion): Part {
    const inner = this.alternatives(assertion.alternatives);
    const holds = (run: Run, at: number): boolean => {
      if (assertion.kind === 'lookahead') return inner(run, at, () => true);
      for (let start = at; start >= 0; start -= 1) {
        if (inner(run, start, (end) => end === at)) return true;
      }
      return false;
    };
    return (run, at, next) => holds(run, at) !== assertion.negate && next(at);
  }

  #backreference(reference: AST.Backreference): Part {
    const fold = this.#pattern.ignoreCase
      ? (text: string) => text.toLowerCase()
      : (text: string) => text;
    const numbers = [reference.resolved].flat();
    return (run, at, next) => {
      step(run);
      const span = numbers.map((group) => run.groups[this.#groups.get(group) ?? -1]).find(Boolean);
      if (span === undefined) return next(at);
      const text = run.text.slice(...span);
      const end = at + text.length;
      return fold(run.text.slice(at, end)) === fold(text) && next(end);
    };
  }
}

/** A repeated character needs no recursion: it is counted out and given back one by one. */
function repeatCharacter(
  test: (character: string) => boolean,
  min: number,
  max: number,
  greedy: boolean,
): Part {
  const fits = (run: Run, at: number) => {
    step(run);
    return at < run.text.length && test(run.text.charAt(at));
  };
  return (run, at, next) => {
    let end = at;
    while (end - at < min) {
      if (!fits(run, end)) return false;
      end += 1;
    }
    const least = end;
    if (!greedy) {
      while (!next(end)) {
        if (end - at >= max || !fits(run, end)) return false;
        end += 1;
      }
      return true;
    }
    while (end - at < max && fits(run, end)) end += 1;
    for (; end >= least; end -= 1) if (next(end)) return true;
    return false;
  };
}
