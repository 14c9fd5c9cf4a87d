import { type CollectionTag, Pair, type ScalarTag, YAMLMap, type YAMLSeq } from 'yaml';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html */
const FUNCTIONS = [
  ...[
    'And',
    'Base64',
    'Cidr',
    'Equals',
    'FindInMap',
    'GetAtt',
    'GetAZs',
    'If',
    'ImportValue',
    'Join',
  ],
  ...['Length', 'Not', 'Or', 'Select', 'Split', 'Sub', 'ToJsonString', 'Transform'],
];

/** `!Sub` is `Fn::Sub`; two have no prefix. */
const NAMES: readonly (readonly [tag: string, key: string])[] = [
  ['!Ref', 'Ref'],
  ['!Condition', 'Condition'],
  ...FUNCTIONS.map((name) => [`!${name}`, `Fn::${name}`] as const),
];

/** The short forms of intrinsic functions in YAML, as the objects that they stand for. */
export const shortForms: readonly (ScalarTag | CollectionTag)[] = NAMES.flatMap(([tag, key]) => [
  {
    tag,
    resolve: (text: string) => ({ [key]: key === 'Fn::GetAtt' ? splitAttribute(text) : text }),
  },
  { tag, collection: 'seq' as const, resolve: (list: YAMLMap | YAMLSeq) => wrap(key, list) },
  { tag, collection: 'map' as const, resolve: (map: YAMLMap | YAMLSeq) => wrap(key, map) },
]);

/** `Table.StreamArn`; the name of an attribute may have dots, and that of a resource has none. */
function splitAttribute(text: string): readonly string[] {
  const at = text.indexOf('.');
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function wrap(key: string, value: YAMLMap | YAMLSeq): YAMLMap {
  const map = new YAMLMap();
  map.items.push(new Pair(key, value));
  return map;
}
