import { type AST, RegExpParser } from '@eslint-community/regexpp';

/** The result of a match, as `RegExp.exec` returns it. */
export interface RegexMatch {
  readonly index: number;
  readonly text: string;
  readonly groups: readonly (string | undefined)[];
}

/**
 * The maximum number of steps of a regular expression on a text, about a twentieth of a second, plus a number
 * of steps for each character of the text. JavaScript's own engine cannot be interrupted, so patterns that
 * might backtrack run on this matcher, which counts steps.
 */
const MAXIMUM_STEPS = 300_000;
const STEPS_PER_CHARACTER = 5;

/** A pattern that needs no more tests than this always runs on JavaScript's own engine. */
const HARMLESS_TESTS = 4_000;

/** The same limit for each character of a text, for patterns that can match in only one way. */
const HARMLESS_TESTS_PER_CHARACTER = 64;

/** JavaScript's own engine makes this many tests in the time of one step. */
export const NATIVE_TESTS_PER_STEP = 256;

/** A regular expression exceeds the limit of steps, or of the stack, on a text. */
export class RegexLimitExceeded extends Error {
  override readonly name = 'RegexLimitExceeded';

  constructor() {
    super('The regular expression takes too many steps on this text');
  }
}

/**
 * A regular expression of a client. On texts for which JavaScript's own engine might take very long, its steps
 * are counted, and it fails at the limit.
 */
export class BoundedRegex {
  readonly #pattern: RegExp;

  /** @throws SyntaxError if the source is not a regular expression, or is nested too deeply to parse */
  constructor(source: string, flags = '') {
    this.#pattern = new RegExp(source, flags.replaceAll(/[gy]/g, ''));
    parsed(this.#pattern);
  }

  /**
   * @param charge receives the number of steps, for callers that limit several matches together
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
    if (error instanceof RangeError)
      throw new SyntaxError('Regular expression is nested too deeply');
    throw error;
  }
}

/**
 * The maximum number of tests that JavaScript's own engine makes on a text of this length; undefined if there
 * may be so many that the steps must be counted.
 */
export function nativeTests(pattern: RegExp, length: number): number | undefined {
  const places = length + 1;
  const price = remembered(prices, pattern, () => priceOf(pattern));
  if (price.linear !== undefined) return places * price.linear;
  // Every pattern tests each position once.
  if (places > HARMLESS_TESTS) return undefined;
  const known = price.short.get(places);
  const tests = known ?? places * workOf(treeOf(pattern).alternatives, places).tests;
  if (known === undefined) price.short.set(places, tests);
  return tests > HARMLESS_TESTS ? undefined : tests;
}

/**
 * Finds the first match at or after a position, as `RegExp.exec` does, in bounded time.
 *
 * @param charge receives the number of steps, for callers that limit several matches together
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
    // A repetition takes a few stack frames per round, so a long text exceeds the stack.
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

/** Matches the rest of the pattern; true if it matches. */
type Next = (at: number) => boolean;
type Part = (run: Run, at: number, next: Next) => boolean;

interface Program {
  readonly match: Part;
  readonly groups: number;
}

/** The cost of a pattern in JavaScript's own engine. */
interface Price {
  /** The tests per character of a text of any length; undefined if they exceed the harmless number. */
  readonly linear: number | undefined;
  /** The tests for the short texts that were asked for, by their number of positions. */
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

/** The most that a backtracking engine can try from one position of a text. */
interface Work {
  /**
   * The number of ways in which a part can match: `a*` can end anywhere, `a?a?` has two choices, and a
   * repetition of either multiplies them with every round.
   */
  readonly ways: number;
  /** The number of tests until all ways are tried: at least 1, for reaching the part. */
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
      // The parts after it are tried for each of its ways.
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
    // The repeated text is compared again at every position.
    case 'Backreference':
      return { ways: 1, tests: places };
    case 'Group':
    case 'CapturingGroup':
      return workOf(element.alternatives, places);
    case 'Assertion':
      // The engine never tries a lookaround in a second way.
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
  // A round that matches the empty text is repeated only up to the minimum.
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

/** Resetting or saving this many groups takes the time of one step. */
const GROUPS_PER_STEP = 16;
/** Comparing this many characters of a backreference takes the time of one step. */
const CHARACTERS_PER_STEP = 16;

/** Counts every part that is reached, also those that match the empty text: two of them are two alternatives. */
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

  /** Matches one character. JavaScript's own engine decides once for each character. */
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
        // Each round resets the groups that the previous round captured.
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
    // `^`, `$` and `\b` look only at the neighbouring characters, so JavaScript's own engine is fast.
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

/** Matches a repeated character without recursion: counts the characters, then backtracks one by one. */
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
