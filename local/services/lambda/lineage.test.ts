import { describe, expect, it } from 'vitest';
import { hasRoot, invocationsOf, withInvocation } from './lineage.ts';

const arn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

/** A header after these functions have been invoked. */
function after(names: readonly string[], header?: string): string | undefined {
  return names.reduce<string | undefined>((text, name) => withInvocation(text, arn(name)), header);
}

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
describe('the tracing header', () => {
  it.each<[names: readonly string[], invocations: number]>([
    [[], 0],
    [['f'], 1],
    [['g'], 0],
    [['f', 'g', 'f'], 2],
    [Array.from({ length: 16 }, () => 'f'), 16],
  ])('counts the invocations of %j: %i', (names, invocations) => {
    expect(invocationsOf(after(names), arn('f'))).toBe(invocations);
  });

  it('keeps its other fields', () => {
    expect(after(['f'], 'Root=1-a;Parent=b;Sampled=0')).toMatch(
      /^Root=1-a;Parent=b;Sampled=0;Lineage=1:[\da-f]{8}:1$/,
    );
  });

  it('names a function once, and the latest last', () => {
    const [first, second] = [after(['g', 'f']), after(['f', 'g', 'f'])];

    expect(first?.split('|')).toHaveLength(2);
    expect(second?.split('|')).toHaveLength(2);
    expect(second?.split('|')[1]).toMatch(/:2$/);
  });

  it('drops the first of more than 32 functions', () => {
    const others = Array.from({ length: 31 }, (_, index) => `other-${index}`);

    expect(invocationsOf(after(['f', ...others]), arn('f'))).toBe(1);
    expect(invocationsOf(after(['f', ...others, 'last']), arn('f'))).toBe(0);
  });

  it.each(['Lineage=1:x:1', 'Lineage=', 'Lineage=1:00000000:1234567', 'Root=1'])(
    'has no count in %s',
    (header) => {
      expect(invocationsOf(header, arn('f'))).toBe(0);
    },
  );

  it.each([
    ['Root=1-a;Lineage=1:', true],
    ['Lineage=1:', false],
    ['', false],
  ])('%s has a root: %s', (header, expected) => {
    expect(hasRoot(header)).toBe(expected);
  });
});
