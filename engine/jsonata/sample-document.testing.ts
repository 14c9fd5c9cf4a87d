/** The document that the test expressions read as `$d`. */
export const sampleDocument = {
  name: 'Ada',
  age: 36,
  nothing: null,
  yes: true,
  no: false,
  empty: [],
  none: {},
  one: [7],
  numbers: [3, 1, 2, 10],
  words: ['b', 'a', 'c', 'a'],
  nested: [[1, 2], [3], []],
  deep: { a: { b: { c: 'leaf' } } },
  phones: [
    { kind: 'home', number: '0203 544 1234' },
    { kind: 'office', number: '01962 001234' },
    { kind: 'office', number: '01962 001235' },
    { kind: 'mobile', number: '077 7700 1234' },
  ],
  account: {
    name: 'Firefly',
    orders: [
      {
        id: 'order103',
        products: [
          { name: 'Bowler Hat', price: 34.45, quantity: 2, tags: ['x', 'y'] },
          { name: 'Trilby hat', price: 21.67, quantity: 1 },
        ],
      },
      {
        id: 'order104',
        products: [
          { name: 'Bowler Hat', price: 34.45, quantity: 4, tags: [] },
          { name: 'Cloak', price: 107.99, quantity: 1, tags: ['z'] },
        ],
      },
    ],
  },
} as const;
