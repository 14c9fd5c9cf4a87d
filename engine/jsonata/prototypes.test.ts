import { afterEach, expect, it } from 'vitest';
import { parseJson } from '../parse-json.ts';
import { compileExpression, describeFault } from './expression.ts';

/*
 * In version 2.0.6 of the package, which AWS runs, an expression can reach and change JavaScript's own prototypes;
 * in later versions it cannot: https://github.com/jsonata-js/jsonata/pull/794,
 * https://github.com/jsonata-js/jsonata/pull/799. Here no function of an expression can reach them.
 */

const document = parseJson('{"__proto__": {"deep": 1}, "constructor": {"deep": 2}, "plain": {}}');

afterEach(() => {
  const polluted = ['polluted', 'isAdmin'].filter(
    (key) => Object.hasOwn(Object.prototype, key) || Object.hasOwn(Object, key),
  );
  expect(polluted).toEqual([]);
});

function evaluate(text: string): unknown {
  try {
    return compileExpression(text).evaluate({
      lookup: (name) => (name === 'd' ? document : undefined),
      now: () => 0,
      random: () => 0.5,
      uuid: () => '00000000-0000-4000-8000-000000000000',
    });
  } catch (thrown) {
    return describeFault(thrown);
  }
}

it.each([
  ['$lookup({}, "__proto__")', undefined],
  ['$lookup({}, "constructor")', undefined],
  ['$lookup([{}, "a", 1], "constructor")', undefined],
  ['$lookup("text", "constructor")', undefined],
  ['$lookup($sum, "constructor")', undefined],
  ['{}.__proto__', undefined],
  ['$sum.constructor', undefined],
  ['$d.plain.constructor', undefined],
  ['$d.plain.toString', undefined],
  ['$eval', undefined],
])('%s leads nowhere', (text, expected) => {
  expect(evaluate(text)).toBe(expected);
});

it.each([
  ['$lookup($d, "__proto__").deep', 1],
  ['$d.constructor.deep', 2],
  ['{"__proto__": 1}.__proto__', 1],
  ['$merge([{"a": 1}, $d]).__proto__.deep', 1],
  ['$count($keys([$d, {"__proto__": 1}]))', 3],
  ['$sift($d, function($v, $k) { $k = "__proto__" }).__proto__.deep', 1],
  ['$spread($d)[0].__proto__.deep', 1],
  ['$d{"__proto__": plain}.__proto__ = {}', true],
  ['($d ~> |$|{"__proto__": 5}|).__proto__', 5],
])('%s is an ordinary member', (text, expected) => {
  expect(evaluate(text)).toEqual(expected);
});

it.each([
  '{} ~> |$lookup($, "__proto__")|{"polluted": true}|',
  '{} ~> |$lookup($, "constructor")|{"polluted": true}|',
  '{} ~> |__proto__|{"polluted": true}|',
  '{"a": {}} ~> |a.constructor.prototype|{"polluted": true}|',
  '{} ~> |$|{"__proto__": {"polluted": true}}|',
  '{} ~> |$lookup($, "__proto__")|{}, ["toString", "hasOwnProperty"]|',
  '$merge([{}, $d, {"__proto__": {"isAdmin": true}}])',
  '$sum ~> |$|{"polluted": true}|',
  '$sum ~> |constructor|{"polluted": true}|',
  '($clone := function($x) { $lookup($x, "__proto__") }; {} ~> |$|{"polluted": true}|)',
  '$formatNumber(1, "0", {"__proto__": {"polluted": true}})',
  '$toMillis("constructor 2020", "[MNn] [Y0001]")',
  '$parseInteger("constructor", "w")',
])('%s changes nothing outside its document', (text) => {
  evaluate(text);

  expect(Object.hasOwn(Object.prototype, 'toString')).toBe(true);
  expect(evaluate('{}.isAdmin')).toBeUndefined();
});
