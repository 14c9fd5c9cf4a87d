/** The measured machines, and the number of states that one execution of each enters. */

export interface Workload {
  readonly name: string;
  readonly definition: object;
  /** The input of one execution; `small` for servers that need minutes for the full input. */
  input(small: boolean): object;
  entries(small: boolean): number;
}

const SMALL_SHARE = 0.05;
const ITERATIONS = 1_000;
const ITEMS = 1_000;
const DISTRIBUTED_ITEMS = 10_000;
const TRANSFORMS = 100;

const scaled = (count: number, small: boolean) => (small ? count * SMALL_SHARE : count);
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

const pathLoop = {
  StartAt: 'Count',
  States: {
    Count: { Type: 'Pass', Parameters: { 'n.$': 'States.MathAdd($.n, 1)' }, Next: 'More?' },
    'More?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.n', NumericLessThan: ITERATIONS, Next: 'Count' }],
      Default: 'Done',
    },
    Done: { Type: 'Succeed' },
  },
};

const jsonataLoop = {
  QueryLanguage: 'JSONata',
  StartAt: 'Count',
  States: {
    Count: { Type: 'Pass', Output: { n: '{% $states.input.n + 1 %}' }, Next: 'More?' },
    'More?': {
      Type: 'Choice',
      Choices: [{ Condition: `{% $states.input.n < ${ITERATIONS} %}`, Next: 'Count' }],
      Default: 'Done',
    },
    Done: { Type: 'Succeed' },
  },
};

function mapOver(items: object, processorConfig: object): object {
  return {
    Type: 'Map',
    ...items,
    ItemProcessor: {
      ProcessorConfig: processorConfig,
      StartAt: 'Item',
      States: { Item: { Type: 'Pass', End: true } },
    },
    End: true,
  };
}

const orders = numbers(40).map((id) => ({
  id,
  customer: `customer ${id % 7}`,
  lines: numbers(5).map((line) => ({
    sku: `sku-${line}`,
    price: line * 1.5,
    quantity: id % 4,
  })),
}));

/** Evaluates the same five queries over forty orders a hundred times. */
const transform = {
  QueryLanguage: 'JSONata',
  StartAt: 'Keep orders',
  States: {
    'Keep orders': {
      Type: 'Pass',
      Assign: { orders: '{% $states.input.orders %}' },
      Next: 'Each time',
    },
    'Each time': {
      Type: 'Map',
      Items: '{% $states.input.times %}',
      ItemProcessor: {
        StartAt: 'Summarise',
        States: {
          Summarise: {
            Type: 'Pass',
            Output: {
              total: '{% $sum($orders.lines.(price * quantity)) %}',
              byCustomer: '{% $orders{customer: $sum(lines.(price * quantity))} %}',
              large: '{% $orders[$sum(lines.(price * quantity)) > 30].id %}',
              names:
                "{% $map($distinct($orders.customer), function($c) { $uppercase($c) & '!' }) ~> $sort() %}",
              first: '{% $orders^(>id)[0] %}',
            },
            End: true,
          },
        },
      },
      Output: '{% $count($states.result) %}',
      End: true,
    },
  },
};

const loopEntries = (small: boolean) => 2 * scaled(ITERATIONS, small) + 1;
const loopInput = (small: boolean) => ({ n: ITERATIONS - scaled(ITERATIONS, small) });
const itemsInput = (small: boolean) => ({ items: numbers(scaled(ITEMS, small)) });
const mapEntries = (small: boolean) => scaled(ITEMS, small) + 1;

export const workloads = {
  pathLoop: {
    name: 'loop of 1,000 Pass and Choice, JSONPath',
    definition: pathLoop,
    input: loopInput,
    entries: loopEntries,
  },
  jsonataLoop: {
    name: 'loop of 1,000 Pass and Choice, JSONata',
    definition: jsonataLoop,
    input: loopInput,
    entries: loopEntries,
  },
  pathMap: {
    name: 'inline Map over 1,000 items, JSONPath',
    definition: {
      StartAt: 'Each',
      States: { Each: mapOver({ ItemsPath: '$.items' }, { Mode: 'INLINE' }) },
    },
    input: itemsInput,
    entries: mapEntries,
  },
  jsonataMap: {
    name: 'inline Map over 1,000 items, JSONata',
    definition: {
      QueryLanguage: 'JSONata',
      StartAt: 'Each',
      States: { Each: mapOver({ Items: '{% $states.input.items %}' }, { Mode: 'INLINE' }) },
    },
    input: itemsInput,
    entries: mapEntries,
  },
  transform: {
    name: 'JSONata transform of 40 orders, 100 times',
    definition: transform,
    input: (small) => ({ orders, times: numbers(scaled(TRANSFORMS, small)) }),
    entries: (small) => scaled(TRANSFORMS, small) + 2,
  },
  short: {
    name: '1,000 executions at a time, 201 states each',
    definition: pathLoop,
    input: () => ({ n: ITERATIONS - 100 }),
    entries: () => 201,
  },
  distributedMap: {
    name: 'distributed Map over 10,000 items',
    definition: {
      StartAt: 'Each',
      States: {
        Each: mapOver({ ItemsPath: '$.items' }, { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }),
      },
    },
    input: (small) => ({ items: numbers(scaled(DISTRIBUTED_ITEMS, small)) }),
    entries: (small) => scaled(DISTRIBUTED_ITEMS, small) + 1,
  },
  waiting: {
    name: 'waiting',
    definition: {
      StartAt: 'Hold',
      States: { Hold: { Type: 'Wait', Seconds: 3600, Next: 'Done' }, Done: { Type: 'Succeed' } },
    },
    input: () => ({}),
    entries: () => 1,
  },
} satisfies Record<string, Workload>;

export const CONCURRENT_EXECUTIONS = 1_000;
export const OPEN_EXECUTIONS = 10_000;
