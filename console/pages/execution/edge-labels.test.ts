import { describe, expect, it } from 'vitest';
import { placeLabels } from './edge-labels.ts';
import type { PlacedEdge, Point } from './graph-layout.ts';
import type { EdgeKind } from './graph-model.ts';

function arrow(kind: EdgeKind, label: string, ...points: readonly Point[]): PlacedEdge {
  return { edge: { from: 'A', to: 'B', kind, label }, points, isLoose: false };
}

const start = { x: 0, y: 0 };
const end = { x: 0, y: 100 };

describe('labels of arrows', () => {
  it('stand beside their arrow, nearer to where it leads', () => {
    const straight = arrow('choice', 'rule 1', start, end);
    const bent = arrow('default', 'default', start, { x: 100, y: 0 }, { x: 100, y: 100 });
    expect(placeLabels([straight, bent])).toEqual(
      new Map([
        [straight, { text: 'rule 1', x: 4, y: 63 }],
        [bent, { text: 'default', x: 104, y: 23 }],
      ]),
    );
  });

  it('stand on no other one where an arrow has room', () => {
    const same = Array.from({ length: 3 }, () => arrow('choice', 'rule 1', start, end));
    const labels = [...placeLabels(same).values()];
    expect(labels.map(({ y }) => y)).toEqual([63, 48, 78]);
  });

  it('stand on no state where an arrow has room', () => {
    const straight = arrow('choice', 'rule 1', start, end);
    const state = { x: 20, y: 60, width: 100, height: 40 };
    expect(placeLabels([straight], [state]).get(straight)?.y).toBe(48);
  });

  it('may cover another label where there is no room', () => {
    const short = Array.from({ length: 2 }, () => arrow('choice', 'rule 1', start, { x: 0, y: 9 }));
    expect(new Set([...placeLabels(short).values()].map(({ y }) => y)).size).toBe(1);
  });

  it('name caught errors as far as there is room, and no usual way', () => {
    const caught = arrow('catch', 'SageMaker.ResourceLimitExceeded', start, end);
    expect([...placeLabels([caught, arrow('next', '', start, end)]).values()]).toEqual([
      { text: 'catch SageMaker.Resourc…', x: 4, y: 63 },
    ]);
  });
});
