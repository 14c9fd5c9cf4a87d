import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { renderDiagrams } from './diagrams.ts';
import { renderDiagram } from './render-diagram.ts';

it('draws states in order, choices as questions and the failure path once', () => {
  const states = {
    A: { Type: 'Task', Next: 'B', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'F' }] },
    B: { Type: 'Choice', Choices: [{ Next: 'C' }], Default: 'D' },
    C: { Type: 'Task', Next: 'E', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'F' }] },
    D: { Type: 'Task', Next: 'E', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'F' }] },
    E: { Type: 'Succeed' },
    F: { Type: 'Fail' },
  };

  const diagram = renderDiagram(JSON.stringify({ StartAt: 'A', States: states }));

  expect(diagram).toMatchInlineSnapshot(`
    "flowchart TD
      s0["A"]
      s0 --> s1
      s1{"B"}
      s1 -->|yes| s2
      s1 -->|no| s5
      s2["C"]
      s2 --> s3
      s3(["E"])
      s4(["F"])
      s5["D"]
      s5 --> s3
      any>"any other failure"] -.-> s4
    "
  `);
});

it('finds the diagrams in docs/ up to date (else run `npm run docs:diagrams`)', () => {
  for (const [file, page] of renderDiagrams()) {
    expect({ file, page: readFileSync(file, 'utf8') }).toEqual({ file, page });
  }
}, 60_000);
