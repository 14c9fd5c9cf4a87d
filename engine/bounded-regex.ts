import { type AST, RegExpParser } from '@eslint-community/regexpp';

/** What a match found: as `RegExp.exec` tells it. */
export interface RegexMatch {
  readonly index: number;
  readonly text: string;
  readonly groups: readonly (string | undefined)[];
}

/**
 * How many steps a regular expression may take on a text, about a twentieth of a second, and how many more
 * for each of its characters. The engine inside JavaScript cannot be interrupted, so patterns that might
 * backtrack run here instead, where steps are counted.
 */
const MAXIMUM_STEPS = 300_000;
const STEPS_PER_CHARACTER = 5;

/** The number of tests, at most, that a pattern of any kind may need in JavaScript's own engine. */
const HARMLESS_TESTS = 4_000;

/** The same for each character of a text, for patterns that match in one way only. */
const HARMLESS_TESTS_PER_CHARACTER = 64;

/** How many tests of JavaScript's own engine take the time of a step. */
export const NATIVE_TESTS_PER_STEP = 256;

/** A regular expression that needs more steps or a deeper stack for a text than one may take. */
export class RegexLimitExceeded extends Error {
  override readonly name = 'RegexLimitExceeded';

  constructor() {
    super('The regular expression takes too many steps on this text');
  }
}

/**
 * A regular expression that a client sent. On texts where JavaScript's own engine might take very long
 * its steps are counted, and it is ended.
 */
export class BoundedRegex {
  readonly #pattern: RegExp;

  /** @throws SyntaxError where the source is not a regular expression, or nests too deep to be read */
  constructor(source: string, flags = '') {
    this.#pattern = new RegExp(source, flags.replaceAll(/[gy]/g, ''));
    parsed(this.#pattern);
  }

  /**
   * @param charge is given the steps it took, for those who bound several matches together
   * @throws RegexLimitExceeded
   */
  test(text: string, charge?: (steps: number) => void): boolean {
    return this.exec(text, charge) !== undefined;
  }

  /**
   * @param charge as for `test`
   * @throws RegexLimitExceeded
   */
  exec(text: string, charge?: (steps: number) => void): RegexMatch | undefined {
    const tests = nativeTests(this.#pattern, text.length);
    if (tests === undefined) return execBounded(this.#pattern, text, 0, charge);
    charge?.(tests / NATIVE_TESTS_PER_STEP);
    const found = this.#pattern.exec(text);
    return found === null
      ? undefined
      : { index: found.index, text: found[0], groups: found.slice(1) };
  }
}

function parsed(pattern: RegExp): AST.Pattern {
  try {
    return treeOf(pattern);
  } catch (error) {
    if (error instanceof RangeError) throw new SyntaxError('Regular expression nests too deep');
    throw error;
  }
}

/**
 * How many tests JavaScript's own engine makes of a text of this length, at most; undefined where they may
 * be too many to be made uncounted.
 */
export function nativeTests(pattern: RegExp, length: number): number | undefined {
  const places = length + 1;
  const price = remembered(prices, pattern, () => priceOf(pattern));
  if (price.linear !== undefined) return places * price.linear;
  // Every pattern tests each place once.
  if (places > HARMLESS_TESTS) return undefined;
  const known = price.short.get(places);
  const tests = known ?? places * workOf(treeOf(pattern).alternatives, places).tests;
  if (known === undefined) price.short.set(places, tests);
  return tests > HARMLESS_TESTS ? undefined : tests;
}

/**
 * Finds the first match from a position on, as `RegExp.exec` does, in bounded time.
 *
 * @param charge is given the steps it took, for those who bound several matches together
 * @throws RegexLimitExceeded
 */
export function execBounded(
  pattern: RegExp,
  text: string,
  from: number,
  charge?: (steps: number) => void,
): RegexMatch | undefined {
  const most = MAXIMUM_STEPS + STEPS_PER_CHARACTER * text.length;
  const run: Run = { text, most, steps: 0, groups: [] };
  try {
    return find(programOf(pattern), run, from);
  } catch (error) {
    // A repetition takes a few frames a round, so what ends the stack is the length of the text.
    if (error instanceof RangeError) throw new RegexLimitExceeded();
    throw error;
  } finally {
    charge?.(run.steps);
  }
}

function find(program: Program, run: Run, from: number): RegexMatch | undefined {
  const { text } = run;
  for (let index = from; index <= text.length; index += 1) {
    step(run, program.groups / GROUPS_PER_STEP);
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
  readonly most: number;
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

/** What a pattern takes in JavaScript's own engine. */
interface Price {
  /** Tests for each character of a text of any length; undefined where they are not harmless. */
  readonly linear: number | undefined;
  /** Tests for the short texts that were asked for, by their places. */
  readonly short: Map<number, number>;
}

const prices = new WeakMap<RegExp, Price>();
const trees = new WeakMap<RegExp, AST.Pattern>();
const programs = new WeakMap<RegExp, Program>();

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

function priceOf(pattern: RegExp): Price {
  const { ways, tests } = workOf(treeOf(pattern).alternatives, Number.MAX_SAFE_INTEGER);
  const linear = ways === 1 && tests <= HARMLESS_TESTS_PER_CHARACTER ? tests : undefined;
  return { linear, short: new Map() };
}

/** What a backtracking engine may try from one place of a text on, at most. */
interface Work {
  /**
   * In how many ways a part can match: `a*` can end anywhere, `a?a?` is two choices, and a repetition of
   * either multiplies them with every round.
   */
  readonly ways: number;
  /** What is tested until all of these ways were tried: at least 1, that the part was come to. */
  readonly tests: number;
}

function workOf(alternatives: readonly AST.Alternative[], places: number): Work {
  let ways = 0;
  let tests = 0;
  for (const { elements } of alternatives) {
    let waysHere = 1;
    tests += 1;
    for (const element of elements) {
      const work = workOfElement(element, places);
      // What follows is tried for each of the ways of what is before it.
      tests += waysHere * work.tests;
      waysHere *= work.ways;
    }
    ways += waysHere;
  }
  return { ways: Math.max(1, ways), tests };
}

function workOfElement(element: AST.Element, places: number): Work {
  switch (element.type) {
    case 'Quantifier':
      return workOfQuantifier(element, places);
    // What it repeats is compared again at every place.
    case 'Backreference':
      return { ways: 1, tests: places };
    case 'Group':
    case 'CapturingGroup':
      return workOf(element.alternatives, places);
    case 'Assertion':
      // Looking around is never done in a second way.
      return 'alternatives' in element
        ? { ways: 1, tests: workOf(element.alternatives, places).tests }
        : ONE_TEST;
    default:
      return ONE_TEST;
  }
}

const ONE_TEST: Work = { ways: 1, tests: 1 };

function workOfQuantifier({ element, min, max }: AST.Quantifier, places: number): Work {
  const { ways, tests } = workOfElement(element, places);
  // A round that reads nothing is repeated only as often as it must be.
  const most = Math.min(max, isCharacter(element) ? places : Math.max(min, places));
  const least = Math.min(min, most);
  const all = ways ** most;
  const rounds = ways === 1 ? most : all;
  return { ways: all * (most - least + 1), tests: 1 + rounds * tests };
}

function isCharacter({ type }: AST.Element): boolean {
  return type === 'Character' || type === 'CharacterSet' || type === 'CharacterClass';
}

function programOf(pattern: RegExp): Program {
  return remembered(programs, pattern, () => {
    const groups = new Map<AST.CapturingGroup, number>();
    const compiler = new Compiler(pattern, groups);
    return { match: compiler.alternatives(treeOf(pattern).alternatives), groups: groups.size };
  });
}

/** How many groups are forgotten or kept in the time of a step. */
const GROUPS_PER_STEP = 16;
/** How many characters of a text that is repeated are compared in the time of a step. */
const CHARACTERS_PER_STEP = 16;

/** Every part counts when it is come to, those that read nothing as well: two of them are two ways on. */
function step(run: Run, count = 1): void {
  run.steps += count;
  if (run.steps > run.most) throw new RegexLimitExceeded();
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
    return (run, at, next) =>
      parts.some((part) => {
        step(run);
        return part(run, at, next);
      });
  }

  #sequence(elements: readonly AST.Element[]): Part {
    const parts = elements.map((element) => this.#element(element));
    return parts.reduceRight<Part>(
      (rest, part) => (run, at, next) => part(run, at, (end) => rest(run, end, next)),
      (run, at, next) => {
        if (parts.length === 0) step(run);
        return next(at);
      },
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
      step(run);
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
    if (isCharacter(element)) return repeatCharacter(this.#tester(element.raw), min, max, greedy);
    const firstGroup = this.#groups.size;
    const part = this.#element(element);
    const lastGroup = this.#groups.size;
    const repeat = (run: Run, at: number, count: number, next: Next): boolean => {
      step(run);
      const more = () => {
        if (count >= max) return false;
        step(run, run.groups.length / GROUPS_PER_STEP);
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
      step(run);
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
    return (run, at, next) => {
      step(run);
      return holds(run, at) !== assertion.negate && next(at);
    };
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
      step(run, text.length / CHARACTERS_PER_STEP);
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
