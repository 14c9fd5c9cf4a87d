import { expect, it } from 'vitest';
import { parse } from '../index.ts';
import { execute, neverEnds } from '../testing/index.ts';

const late = (seconds: number | string) => ({
  StartAt: 'Late',
  States: {
    Late: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: 'f' },
      TimeoutSeconds: seconds,
      End: true,
    },
  },
});

function typesAfterStart(state: object): readonly (string | undefined)[] {
  const { machine } = parse(
    JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'Each',
      States: { Each: { ...state, End: true } },
    }),
  );
  if (machine === undefined) throw new Error('The definition is invalid.');
  const { history } = execute(machine, [5, 5], { tasks: { Late: neverEnds() } });
  const first = history.findIndex(({ type }) => type === 'TaskTimedOut');
  return history.slice(first).map(({ type }) => type);
}

it('tasks that time out in the same instant all write their events before their Map fails', () => {
  const processor = late('{% $states.input %}');

  const types = typesAfterStart({ Type: 'Map', ItemProcessor: processor });

  expect(types).toEqual([
    'TaskTimedOut',
    'TaskTimedOut',
    'MapIterationFailed',
    'TaskStateAborted',
    'MapIterationAborted',
    'TaskStateAborted',
    'MapStateFailed',
    'ExecutionFailed',
  ]);
});

it('a task with a longer timeout does not time out with its sibling', () => {
  const [one, other] = [late(5), { ...late(6), StartAt: 'Later' }];
  const branches = [one, { ...other, States: { Later: other.States.Late } }];
  const { machine } = parse(
    JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'Both',
      States: { Both: { Type: 'Parallel', Branches: branches, End: true } },
    }),
  );
  if (machine === undefined) throw new Error('The definition is invalid.');

  const { history } = execute(machine, {}, { tasks: { Late: neverEnds(), Later: neverEnds() } });

  expect(history.filter(({ type }) => type === 'TaskTimedOut')).toHaveLength(1);
});
