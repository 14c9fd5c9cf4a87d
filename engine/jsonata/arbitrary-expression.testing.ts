import * as fc from 'fast-check';

/**
 * Random JSONata expressions over a document, for comparing two implementations. Most are well typed, so that they
 * give a value; some are not, so that errors are compared too.
 *
 * @param root the expression that gives the document, `$states.input` for instance
 */
export function arbitraryExpression(root: string): fc.Arbitrary<string> {
  return fc.letrec<Kinds>((tie) => ({
    any: fc.oneof(
      depth,
      literal,
      path(root, tie),
      tie('number'),
      tie('text'),
      tie('list'),
      tie('object'),
      tie('truth'),
      tie('binding'),
    ),
    number: numberExpression(root, tie),
    text: textExpression(root, tie),
    list: listExpression(root, tie),
    object: objectExpression(root, tie),
    truth: truthExpression(tie),
    binding: bindingExpression(tie),
  })).any;
}

/** All parts of an expression share one depth; at the maximum depth, the first alternative is used, a leaf. */
const depth = { maxDepth: 6, depthIdentifier: 'expression' } as const;

type Kind = 'any' | 'number' | 'text' | 'list' | 'object' | 'truth' | 'binding';

type Kinds = Record<Kind, string>;

type Tie = (key: Kind) => fc.Arbitrary<string>;

const numberLiteral = fc
  .oneof(fc.integer({ min: -20, max: 20 }), fc.constantFrom(0.5, 1.25, 1e3, 0))
  .map(String);
const textLiteral = fc
  .constantFrom('', 'a', 'b c', 'office', 'x,y', 'Hello World', '12', 'ü')
  .map((text) => JSON.stringify(text));
const literal = fc.oneof(
  numberLiteral,
  textLiteral,
  fc.constantFrom('true', 'false', 'null', '[]', '{}'),
);

const names = fc.constantFrom(
  'name',
  'age',
  'nothing',
  'numbers',
  'words',
  'nested',
  'one',
  'empty',
  'none',
  'deep',
  'a',
  'phones',
  'kind',
  'number',
  'account',
  'orders',
  'products',
  'price',
  'tags',
  'id',
  'missing',
);

/** A path with steps, predicates, sorting and grouping; predicates use the names below them. */
function path(root: string, tie: Tie): fc.Arbitrary<string> {
  const step = fc.oneof(
    depth,
    { weight: 8, arbitrary: names.map((name) => `.${name}`) },
    { weight: 1, arbitrary: fc.constantFrom('.*', '.**', '[]', '.%') },
    { weight: 2, arbitrary: fc.integer({ min: -3, max: 3 }).map((index) => `[${index}]`) },
    { weight: 1, arbitrary: names.map((name) => `[${name}]`) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(names, fc.constantFrom('=', '!=', '<', '>', 'in'), literal)
        .map(([name, operator, value]) => `[${name} ${operator} ${value}]`),
    },
    { weight: 1, arbitrary: names.map((name) => `^(${name})`) },
    { weight: 1, arbitrary: names.map((name) => `^(>${name})`) },
    {
      weight: 1,
      arbitrary: fc.tuple(names, names).map(([a, b]) => `.{${JSON.stringify(a)}: ${b}}`),
    },
    { weight: 1, arbitrary: names.map((name) => `.(${name})`) },
    { weight: 1, arbitrary: fc.constantFrom('.$string()', '.$', '#$i', '@$o') },
    { weight: 1, arbitrary: tie('any').map((inner) => `.[${inner}]`) },
  );
  const group = fc.option(
    fc.tuple(names, names).map(([key, value]) => `{$string(${key}): ${value}}`),
    { nil: '', freq: 8 },
  );
  return fc
    .tuple(fc.array(step, { maxLength: 5 }), group)
    .map(([steps, grouping]) => `${root}${steps.join('')}${grouping}`);
}

function numberExpression(root: string, tie: Tie): fc.Arbitrary<string> {
  return fc.oneof(
    depth,
    numberLiteral,
    path(root, tie),
    binary(tie('number'), ['+', '-', '*', '/', '%'], tie('number')),
    call(['$abs', '$floor', '$ceil', '$sqrt', '$round'], tie('number')),
    call(['$sum', '$max', '$min', '$average', '$count'], tie('list')),
    call(['$length'], tie('text')),
    call(['$number'], tie('any')),
    call(['$power'], tie('number'), fc.integer({ min: -2, max: 4 }).map(String)),
    call(['$round'], tie('number'), fc.integer({ min: -2, max: 3 }).map(String)),
    tie('number').map((inner) => `-(${inner})`),
    call(['$reduce'], tie('list'), fc.constantFrom('function($p, $c){ $p + $c }', '$append')),
    tie('any'),
  );
}

function textExpression(root: string, tie: Tie): fc.Arbitrary<string> {
  const pattern = fc.constantFrom('/a/', '/[a-c]+/i', '/(o)(f*)/', '/^$/', '/\\s/', '"o"');
  return fc.oneof(
    depth,
    textLiteral,
    path(root, tie),
    binary(tie('any'), ['&'], tie('any')),
    call(['$string', '$uppercase', '$lowercase', '$trim', '$type', '$base64encode'], tie('any')),
    call(['$encodeUrlComponent', '$encodeUrl'], tie('text')),
    call(['$substring'], tie('text'), numberLiteral),
    call(['$substring'], tie('text'), numberLiteral, numberLiteral),
    call(['$substringBefore', '$substringAfter'], tie('text'), textLiteral),
    call(['$pad'], tie('text'), fc.integer({ min: -9, max: 9 }).map(String), fc.constant('"#"')),
    call(['$join'], tie('list')),
    call(['$join'], tie('list'), textLiteral),
    call(['$replace'], tie('text'), pattern, textLiteral),
    call(['$formatNumber'], tie('number'), fc.constantFrom('"#,##0.00"', '"0"', '"00.0%"')),
    // The package never returns for an exponent with a number that is zero or negative.
    call(
      ['$formatNumber'],
      tie('number').map((number) => `$abs(${number}) + 1`),
      fc.constant('"#0.0e0"'),
    ),
    call(['$formatBase'], tie('number'), fc.integer({ min: 1, max: 40 }).map(String)),
    call(['$formatInteger'], tie('number'), fc.constantFrom('"0"', '"w"', '"I"', '"a"', '"#,##0"')),
    call(['$fromMillis'], fc.integer({ min: 0, max: 2e12 }).map(String)),
    tie('any'),
  );
}

function listExpression(root: string, tie: Tie): fc.Arbitrary<string> {
  const mapper = fc.constantFrom(
    'function($v){ $v }',
    'function($v, $i){ $i }',
    'function($v, $i, $a){ $count($a) }',
    '$string',
    'function($v){ $v * 2 }',
    '$uppercase',
  );
  const test = fc.constantFrom(
    '$boolean',
    'function($v){ $v > 1 }',
    'function($v, $i){ $i = 0 }',
    '$exists',
  );
  return fc.oneof(
    depth,
    fc.constantFrom('[]', '[1, 2, 3]', '["a", "b"]', '[[1], 2]', `${root}.numbers`),
    path(root, tie),
    fc.array(tie('any'), { maxLength: 4 }).map((items) => `[${items.join(', ')}]`),
    fc.tuple(numberLiteral, numberLiteral).map(([from, to]) => `[${from}..${to}]`),
    call(['$append', '$zip'], tie('list'), tie('list')),
    call(['$reverse', '$distinct', '$sort', '$spread', '$keys'], tie('any')),
    call(['$sort'], tie('list'), fc.constant('function($l, $r){ $l > $r }')),
    call(['$map'], tie('list'), mapper),
    call(['$filter', '$single'], tie('list'), test),
    call(['$split'], tie('text'), fc.constantFrom('""', '"a"', '" "', '/[ ,]/')),
    call(['$match'], tie('text'), fc.constantFrom('/a/', '/[a-z]/', '/(.)(.)/')),
    call(['$each'], tie('object'), fc.constantFrom('function($v, $k){ $k }', '$string')),
    tie('any'),
  );
}

function objectExpression(root: string, tie: Tie): fc.Arbitrary<string> {
  const member = fc.tuple(textLiteral, tie('any')).map(([key, value]) => `${key}: ${value}`);
  return fc.oneof(
    depth,
    fc.constantFrom('{}', '{"a": 1}', `${root}.deep`),
    path(root, tie),
    fc.array(member, { maxLength: 3 }).map((members) => `{${members.join(', ')}}`),
    call(['$merge'], tie('list')),
    call(
      ['$sift'],
      tie('object'),
      fc.constantFrom('function($v){ $exists($v) }', 'function($v, $k){ $k = "a" }'),
    ),
    call(['$lookup'], tie('object'), textLiteral),
    tie('object').map((inner) => `${inner} ~> |$|{"z": 1}|`),
    tie('object').map((inner) => `${inner} ~> |$|{}, "a"|`),
  );
}

function truthExpression(tie: Tie): fc.Arbitrary<string> {
  return fc.oneof(
    depth,
    fc.constantFrom('true', 'false'),
    binary(tie('any'), ['=', '!=', '<', '<=', '>', '>=', 'in'], tie('any')),
    binary(tie('truth'), ['and', 'or'], tie('truth')),
    call(['$boolean', '$not', '$exists'], tie('any')),
    call(['$contains'], tie('text'), fc.constantFrom('"a"', '/[b-z]/')),
  );
}

function bindingExpression(tie: Tie): fc.Arbitrary<string> {
  return fc.oneof(
    depth,
    literal,
    fc.tuple(tie('any'), tie('any')).map(([value, body]) => `($x := ${value}; [$x, ${body}])`),
    fc
      .tuple(tie('truth'), tie('any'), tie('any'))
      .map(([test, yes, no]) => `(${test} ? ${yes} : ${no})`),
    fc.tuple(tie('truth'), tie('any')).map(([test, yes]) => `(${test} ? ${yes})`),
    tie('any').map((body) => `(function($y){ [$y, $y] })(${body})`),
    tie('list').map((body) => `${body} ~> $count()`),
    tie('list').map((body) => `(${body} ~> $map(function($v){ $v }) ~> $count())`),
    tie('text').map((body) => `$uppercase(${body}) ~> $substring(?, 1)(${body})`),
    fc
      .integer({ min: 0, max: 8 })
      .map((n) => `($f := function($n){ $n < 2 ? 1 : $n * $f($n - 1) }; $f(${n}))`),
  );
}

function binary(
  left: fc.Arbitrary<string>,
  operators: readonly string[],
  right: fc.Arbitrary<string>,
): fc.Arbitrary<string> {
  return fc
    .tuple(left, fc.constantFrom(...operators), right)
    .map(([a, operator, b]) => `(${a} ${operator} ${b})`);
}

function call(
  functions: readonly string[],
  ...values: fc.Arbitrary<string>[]
): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...functions), fc.tuple(...values))
    .map(([name, list]) => `${name}(${list.join(', ')})`);
}
