/**
 * The engine in process, beside aws-local-stepfunctions 3.0.0 on the same definitions: state entries a
 * second with AWS's whole history recorded (aws-local-stepfunctions records none), and memory.
 */
import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import {
  type HistoryEvent,
  type Host,
  type Json,
  type Machine,
  parse,
  run,
} from '../../engine/index.ts';

const loop = (language: 'JSONPath' | 'JSONata') =>
  language === 'JSONPath'
    ? {
        StartAt: 'Count',
        States: {
          Count: { Type: 'Pass', Parameters: { 'n.$': 'States.MathAdd($.n, 1)' }, Next: 'More?' },
          'More?': {
            Type: 'Choice',
            Choices: [{ Variable: '$.n', NumericLessThan: 1000, Next: 'Count' }],
            Default: 'Done',
          },
          Done: { Type: 'Succeed' },
        },
      }
    : {
        QueryLanguage: 'JSONata',
        StartAt: 'Count',
        States: {
          Count: { Type: 'Pass', Output: { n: '{% $states.input.n + 1 %}' }, Next: 'More?' },
          'More?': {
            Type: 'Choice',
            Choices: [{ Condition: '{% $states.input.n < 1000 %}', Next: 'Count' }],
            Default: 'Done',
          },
          Done: { Type: 'Succeed' },
        },
      };

const inlineMap = (language: 'JSONPath' | 'JSONata') => ({
  ...(language === 'JSONata' && { QueryLanguage: 'JSONata' }),
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      ...(language === 'JSONPath'
        ? { ItemsPath: '$.items' }
        : { Items: '{% $states.input.items %}' }),
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'Item',
        States: { Item: { Type: 'Pass', End: true } },
      },
      End: true,
    },
  },
});

const orders = Array.from({ length: 40 }, (_, id) => ({
  id,
  customer: `customer ${id % 7}`,
  lines: Array.from({ length: 5 }, (__, line) => ({
    sku: `sku-${line}`,
    price: line * 1.5,
    quantity: id % 4,
  })),
}));

const transform = {
  QueryLanguage: 'JSONata',
  StartAt: 'Summarise',
  States: {
    Summarise: {
      Type: 'Pass',
      Output: {
        total: '{% $sum($states.input.orders.lines.(price * quantity)) %}',
        byCustomer: '{% $states.input.orders{customer: $sum(lines.(price * quantity))} %}',
        large: '{% $states.input.orders[$sum(lines.(price * quantity)) > 30].id %}',
        names:
          "{% $map($distinct($states.input.orders.customer), function($c) { $uppercase($c) & '!' }) ~> $sort() %}",
        first: '{% $states.input.orders^(>id)[0] %}',
      },
      End: true,
    },
  },
};

const waiting = {
  StartAt: 'Hold',
  States: { Hold: { Type: 'Wait', Seconds: 3600, Next: 'Done' }, Done: { Type: 'Succeed' } },
};

const identity = {
  executionArn: 'arn:aws:states:us-east-1:000000000000:execution:bench:run',
  executionName: 'run',
  stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:bench',
  stateMachineName: 'bench',
  roleArn: 'arn:aws:iam::000000000000:role/bench',
};

function createHost(history: HistoryEvent[]): Host {
  return {
    clock: { now: () => Date.now(), setTimer: () => ({ cancel() {} }) },
    random: { uuid: () => crypto.randomUUID(), next: Math.random },
    append: (event) => {
      history.push(event);
    },
    startTask: () => () => {},
    startMapRun: () => () => {},
    ended: () => {},
  };
}

function machineOf(definition: object): Machine {
  const { machine, diagnostics } = parse(JSON.stringify(definition));
  if (machine === undefined) throw new Error(JSON.stringify(diagnostics));
  return machine;
}

function runOnce(machine: Machine, input: Json): number {
  const history: HistoryEvent[] = [];
  const { status } = run(machine, input, createHost(history), identity);
  if (status !== 'SUCCEEDED') throw new Error(`The benchmark's machine came out ${status}.`);
  return history.filter((event) => event.type.endsWith('StateEntered')).length;
}

const measureMs = 1500;

/** State entries a second, of whatever `once` runs: it answers how many it made. */
async function rate(once: () => number | Promise<number>): Promise<number> {
  for (let warmUp = 0; warmUp < 5; warmUp += 1) await once();
  const start = performance.now();
  let entries = 0;
  while (performance.now() - start < measureMs) entries += await once();
  return (entries / (performance.now() - start)) * 1000;
}

function peerRate(definition: object, input: object, entries: number): Promise<number> {
  const machine = new StateMachine(definition as StateMachineDefinition);
  return rate(async () => {
    await machine.run(input as never).result;
    return entries;
  });
}

function ourRate(definition: object, input: Json): Promise<number> {
  const machine = machineOf(definition);
  return rate(() => runOnce(machine, input));
}

const whole = (value: number) => Math.round(value).toLocaleString('en-US').padStart(12);

function report(what: string, ours: number, theirs?: number): void {
  const ratio = theirs === undefined ? '' : `${whole(theirs)}   ${(ours / theirs).toFixed(1)} x`;
  console.log(`${what.padEnd(44)}${whole(ours)}${ratio}`);
}

function memoryPerExecution(): void {
  const machine = machineOf(waiting);
  const kept: unknown[] = [];
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let count = 0; count < 10_000; count += 1) {
    const history: HistoryEvent[] = [];
    kept.push(run(machine, { count }, createHost(history), identity), history);
  }
  globalThis.gc?.();
  const bytes = process.memoryUsage().heapUsed - before;
  console.log(
    `\n10,000 open executions: ${(bytes / 1e6).toFixed(1)} MB, ${Math.round(bytes / (kept.length / 2))} bytes each`,
  );
}

async function concurrent(): Promise<number> {
  const machine = machineOf(loop('JSONPath'));
  let entries = 0;
  const start = performance.now();
  for (let count = 0; count < 1000; count += 1) entries += runOnce(machine, { n: 900 });
  return (entries / (performance.now() - start)) * 1000;
}

const items = Array.from({ length: 1000 }, (_, index) => index);
console.log(
  `${'state entries per second'.padEnd(44)}${'engine'.padStart(12)}${'peer'.padStart(12)}   ratio`,
);
const peerLoop = await peerRate(loop('JSONPath'), { n: 0 }, 2001);
const peerMap = await peerRate(inlineMap('JSONPath'), { items }, 1001);
report(
  'loop of 1,000 Pass and Choice, JSONPath',
  await ourRate(loop('JSONPath'), { n: 0 }),
  peerLoop,
);
report(
  'loop of 1,000 Pass and Choice, JSONata',
  await ourRate(loop('JSONata'), { n: 0 }),
  peerLoop,
);
report(
  'inline Map over 1,000 items, JSONPath',
  await ourRate(inlineMap('JSONPath'), { items }),
  peerMap,
);
report(
  'inline Map over 1,000 items, JSONata',
  await ourRate(inlineMap('JSONata'), { items }),
  peerMap,
);
report('heavy JSONata transform of 40 orders', await ourRate(transform, { orders }));
report('1,000 executions of 200 states', await concurrent());
memoryPerExecution();
