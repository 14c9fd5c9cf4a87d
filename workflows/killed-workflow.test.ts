import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Answer,
  createWorkflowClock,
  executionArnOf,
  PowerCut,
  WorkflowExecution,
  type WorkflowRun,
} from '../infra/simulation/index.ts';
import { computedProjects } from '../infra/testing/computed-projects.testing.ts';
import { handoverWorld } from '../infra/testing/handover-world.testing.ts';
import { monitoringWorld } from '../infra/testing/monitoring-world.testing.ts';
import { abaloneDefinition, sharedDefinition } from '../infra/testing/project-stack.testing.ts';
import {
  type RetrainingWorld,
  retrainingWorld,
} from '../infra/testing/retraining-world.testing.ts';
import { scoringWorld } from '../infra/testing/scoring-world.testing.ts';
import { abaloneOnLambda } from '../infra/testing/served-projects.testing.ts';
import {
  retrainedDefinition,
  watchedDefinition,
} from '../infra/testing/watched-project.testing.ts';
import {
  functionWorld,
  promotionWorld,
  trainingWorld,
  type World,
} from '../infra/testing/worlds.testing.ts';

let training: string;
let promotion: string;
let scoring: string;
let monitoring: string;
let retraining: string;

beforeAll(() => {
  training = abaloneDefinition('Training');
  promotion = abaloneDefinition('Promotion');
  scoring = watchedDefinition('Scoring');
  monitoring = watchedDefinition('Monitoring');
  retraining = retrainedDefinition('Retraining');
});

/** An execution whose process loses the answer of its n-th task, which did its work. */
class CutExecution {
  readonly #time = createWorkflowClock();
  readonly #execution: WorkflowExecution;
  #calls = 0;

  constructor({ answer, definition, input }: World, executionName: string, cutAt: number) {
    const answerOrCut: Answer = (state, request) => {
      this.#calls += 1;
      const isCut = this.#calls === cutAt;
      try {
        const output = answer(state, request);
        if (!isCut) return output;
      } catch (error) {
        if (!isCut) throw error;
      }
      throw new PowerCut();
    };
    this.#execution = new WorkflowExecution(
      { definition, input, answer: answerOrCut, executionName },
      this.#time,
    );
    while (this.#calls < cutAt && this.#step());
  }

  get calls(): number {
    return this.#calls;
  }

  get owner(): string {
    return this.#execution.executionArn;
  }

  /** Continues from the history, to the end. */
  resume(): WorkflowRun {
    this.#execution.crash();
    while (this.#step());
    return this.#execution.ended;
  }

  #step(): boolean {
    return this.#execution.status === 'RUNNING' && this.#time.step();
  }
}

const NEVER = Number.POSITIVE_INFINITY;

/** The tasks of an execution that nothing cuts off. */
function countTasks(world: World): number {
  return new CutExecution(world, 'whole', NEVER).calls;
}

function everyTask(world: World): readonly number[] {
  return Array.from({ length: countTasks(world) }, (_, index) => index + 1);
}

const dead = executionArnOf('dead');

describe.each([
  {
    workflow: 'a training',
    create: () => trainingWorld(training),
    end: 'Registered',
    record: 'Register model',
    /** Claims of the dataset and of the content, as they are written. */
    keys: [/^dataset#/, /^content#/],
    keeps: true,
  },
  ...Object.entries(computedProjects).map(([name, project]) => ({
    workflow: `a training on ${name}`,
    create: () => trainingWorld(sharedDefinition(project, 'Training')),
    end: 'Registered',
    record: 'Register model',
    keys: [/^dataset#/, /^content#/],
    keeps: true,
  })),
  {
    workflow: 'a promotion',
    create: () => promotionWorld(promotion),
    end: 'Live',
    record: 'Record outcome',
    keys: [/^endpoint#/],
    keeps: false,
  },
  {
    workflow: 'a promotion on Lambda',
    create: () => functionWorld(sharedDefinition(abaloneOnLambda, 'Promotion')),
    end: 'Live',
    record: 'Record outcome',
    keys: [/^endpoint#/],
    keeps: false,
  },
  {
    workflow: 'a scoring',
    create: () => scoringWorld(scoring),
    end: 'Scored',
    record: 'Summarize scores',
    keys: [/^batch#/],
    keeps: true,
  },
  {
    workflow: 'a monitoring',
    create: () => monitoringWorld(monitoring),
    end: 'No drift',
    record: 'Keep verdict',
    keys: [/^window#/],
    keeps: true,
  },
  {
    workflow: 'a decision to train again',
    create: () => retrainingWorld(retraining),
    end: 'Training started',
    record: 'Keep decision',
    keys: [/^request#/],
    keeps: true,
  },
  {
    workflow: 'a handover',
    create: () => handoverWorld(),
    end: 'Handed over',
    record: 'Register copy',
    keys: [/^handover#/],
    keeps: false,
  },
])('$workflow that is killed', ({ create, end, keeps, keys, record }) => {
  it('at any task continues to its end, with one outcome', () => {
    for (const task of everyTask(create())) {
      const world = create();
      const execution = new CutExecution(world, 'killed', task);

      const { path } = execution.resume();

      const claims = [...world.claims.owners()];
      expect({ task, end: path.at(-1), outcomes: world.outcomes() }).toEqual({
        task,
        end,
        outcomes: 1,
      });
      expect(path.filter((state) => state === record)).toHaveLength(1);
      expect(claims.map(([, owner]) => owner)).toEqual(
        keeps ? keys.map(() => execution.owner) : [],
      );
    }
  });

  it('while it takes a claim over continues to its end, with one outcome', () => {
    const first = create();
    // A promotion holds its claim from its first task on, a training both of its own to its end.
    new CutExecution(first, 'dead', keeps ? NEVER : 1);
    const held = [...first.claims.owners()].map(([key]) => key);
    const owned = () => {
      const world = create();
      for (const key of held) world.claims.hold(key, dead);
      return world;
    };
    const tasks = everyTask(owned());

    for (const task of tasks) {
      const world = owned();
      const execution = new CutExecution(world, 'heir', task);

      const { path } = execution.resume();

      expect({ task, end: path.at(-1), outcomes: world.outcomes() }).toEqual({
        task,
        end,
        outcomes: 1,
      });
      expect(path.filter((state) => state.startsWith('Take over '))).toHaveLength(keys.length);
      expect([...world.claims.owners()].map(([, owner]) => owner)).toEqual(
        keeps ? keys.map(() => execution.owner) : [],
      );
    }
    expect(held.every((key, index) => keys[index]?.test(key))).toBe(true);
  });

  it('for good, before its outcome, leaves its claims to the next one, with one outcome', () => {
    const whole = new CutExecution(create(), 'whole', NEVER).resume();
    const before = whole.tasks.findIndex(({ state }) => state === record);
    expect(before).toBeGreaterThan(0);

    for (let task = 1; task <= before; task += 1) {
      const world = create();
      new CutExecution(world, 'dead', task);
      const claimed = [...world.claims.owners()].length > 0;

      const { path } = new CutExecution(world, 'heir', NEVER).resume();

      expect({ task, end: path.at(-1), outcomes: world.outcomes() }).toEqual({
        task,
        end,
        outcomes: 1,
      });
      expect(path.some((state) => state.startsWith('Take over '))).toBe(claimed);
      // A scoring looks which model is live before it knows what to claim.
      if (task === before) expect(claimed).toBe(true);
    }
  });
});

describe('a decision to train again that is killed for good after it was kept', () => {
  it('leaves its place of the budget to the next one, unless it uploaded its dataset', () => {
    const whole = new CutExecution(retrainingWorld(retraining), 'whole', NEVER).resume();
    const taskOf = (state: string) => whole.tasks.findIndex((task) => task.state === state) + 1;
    const [kept, uploaded] = [taskOf('Keep decision'), taskOf('Upload dataset')];
    expect(kept).toBeGreaterThan(0);

    for (let task = kept; task <= whole.tasks.length; task += 1) {
      const world = retrainingWorld(retraining);
      new CutExecution(world, 'dead', task);

      const asked = { ...world, input: { ...world.input, trigger: 'request' } };
      const { path } = new CutExecution(asked, 'heir', NEVER).resume();

      const isUploaded = task >= uploaded;
      expect({ task, end: path.at(-1), outcomes: world.outcomes() }).toEqual({
        task,
        end: isUploaded ? 'Not enough new rows' : 'Training started',
        outcomes: 1,
      });
      expect(path.includes('Give place back')).toBe(!isUploaded);
      expect(trainingsOf(world.items)).toHaveLength(1);
    }
  });
});

function trainingsOf(items: RetrainingWorld['items']): readonly string[] {
  const memory = items.get('decisions#retraining')?.['memory']?.['S'] ?? '{}';
  return (JSON.parse(memory) as { readonly trainings: readonly string[] }).trainings;
}
