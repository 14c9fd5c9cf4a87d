import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../engine/replay/index.ts';
import { countIfMany, layoutDefinition, layoutGroup } from './graph-layout.ts';
import { readGraph } from './graph-model.ts';

const pass = (next?: string) =>
  next === undefined ? { Type: 'Pass', End: true } : { Type: 'Pass', Next: next };

describe('the graph of a definition', () => {
  it('has choices, defaults, caught errors and retries', () => {
    const { nodes, edges } = readGraph({
      StartAt: 'Work',
      States: {
        Work: {
          Type: 'Task',
          Next: 'Fits?',
          Retry: [{ ErrorEquals: ['A'], MaxAttempts: 5 }, { ErrorEquals: ['B'] }],
          Catch: [{ ErrorEquals: ['A', 'B'], Next: 'Undo' }],
        },
        'Fits?': {
          Type: 'Choice',
          Choices: [{ Next: 'Done' }, { Next: 'Work', Comment: 'again' }, { Next: 'Done' }],
          Default: 'Undo',
        },
        Done: pass(),
        Undo: pass(),
      },
    });

    expect(nodes.map(({ name, retries }) => [name, retries])).toEqual([
      ['Work', 5],
      ['Fits?', 0],
      ['Done', 0],
      ['Undo', 0],
    ]);
    expect(edges).toEqual([
      { from: 'Work', to: 'Fits?', kind: 'next', label: '' },
      { from: 'Work', to: 'Undo', kind: 'catch', label: 'A, B' },
      { from: 'Fits?', to: 'Done', kind: 'choice', label: 'rule 1; rule 3' },
      { from: 'Fits?', to: 'Work', kind: 'choice', label: 'again' },
      { from: 'Fits?', to: 'Undo', kind: 'default', label: 'default' },
    ]);
  });

  it('puts what a Map and a Parallel run inside their boxes', () => {
    const inner = { StartAt: 'Each', States: { Each: pass() } };
    const { nodes, width, height } = layoutDefinition({
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          End: true,
          Branches: [
            { StartAt: 'All', States: { All: { Type: 'Map', ItemProcessor: inner, End: true } } },
            { StartAt: 'Other', States: { Other: pass() } },
          ],
        },
      },
    });

    const place = (name: string) => nodes.find(({ node }) => node.name === name);
    const contains = (outer: string, name: string) => {
      const [box, it] = [place(outer), place(name)];
      return (
        box !== undefined &&
        it !== undefined &&
        it.x > box.x &&
        it.y > box.y &&
        it.x + it.width < box.x + box.width &&
        it.y + it.height < box.y + box.height
      );
    };
    expect(['All', 'Other'].map((name) => contains('Both', name))).toEqual([true, true]);
    expect(contains('All', 'Each')).toBe(true);
    expect(place('Each')?.level).toBe(2);
    expect(nodes.every((node) => node.x >= 0 && node.x + node.width <= width)).toBe(true);
    expect(nodes.every((node) => node.y >= 0 && node.y + node.height <= height)).toBe(true);
  });

  it('lays no two of some sixty states over each other', () => {
    const { nodes } = layoutGroup(readGraph(training()), 0);

    const outer = nodes.filter(({ level }) => level === 0);
    const overlapping = outer.filter((one, index) =>
      outer
        .slice(index + 1)
        .some(
          (other) =>
            one.x < other.x + other.width &&
            other.x < one.x + one.width &&
            one.y < other.y + other.height &&
            other.y < one.y + one.height,
        ),
    );
    expect(overlapping).toEqual([]);
  });

  it('leaves out what Maps and Parallels run, and says how much that is', () => {
    const states = Array.from({ length: 40 }, (_, index) => [`Inner ${index}`, pass()] as const);
    const branch = { StartAt: 'Inner 0', States: Object.fromEntries(states) };
    const definition: JsonObject = {
      StartAt: 'All',
      States: { All: { Type: 'Parallel', Branches: [branch, branch, branch, branch], End: true } },
    };

    expect(countIfMany(definition)).toBe(161);
    expect(layoutDefinition(definition, false).nodes).toMatchObject([
      { node: { name: 'All', hidden: 160, groups: [] } },
    ]);
    expect(countIfMany(training())).toBeUndefined();
  });

  it('is laid out once for equal definitions', () => {
    const first = layoutDefinition(training());

    expect(layoutDefinition(training())).toBe(first);
  });
});

/** Twenty tasks in a row, each with a wait and a way back to it, and errors that all of them leave to one state. */
function training(): JsonObject {
  const states = Array.from({ length: 20 }, (_, index) => [
    [
      `Work ${index}`,
      {
        Type: 'Task',
        Next: index === 19 ? 'Done' : `Work ${index + 1}`,
        Catch: [
          { ErrorEquals: ['Busy'], Next: `Later ${index}` },
          { ErrorEquals: ['States.ALL'], Next: 'Undo' },
        ],
      },
    ],
    [`Later ${index}`, { Type: 'Choice', Choices: [{ Next: `Wait ${index}` }], Default: 'Undo' }],
    [`Wait ${index}`, { Type: 'Wait', Seconds: 1, Next: `Work ${index}` }],
  ]).flat();
  return {
    StartAt: 'Work 0',
    States: Object.fromEntries([...states, ['Done', pass()], ['Undo', pass()]]) as JsonObject,
  };
}
