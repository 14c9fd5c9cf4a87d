import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { abalone } from '../projects/abalone/project.ts';
import { addProjectStacks } from './app.ts';
import { renderDefinition } from './render-definition.ts';
import { renderDiagram } from './render-diagram.ts';

/** Where the diagrams lie. */
const folder = join('docs', 'diagrams');

/** The diagram of every workflow of the first project, by its file. */
export function renderDiagrams(): ReadonlyMap<string, string> {
  const [stack] = addProjectStacks(new App(), [abalone]);
  const machines = stack?.node.findAll().filter((found) => found instanceof StateMachine) ?? [];
  return new Map(
    machines.map((machine) => {
      const workflow = machine.node.scope?.node.id ?? '';
      const name = workflow.replaceAll(/(?<!^)([A-Z])/g, '-$1').toLowerCase();
      const definition = renderDefinition(machine);
      const { Comment: comment } = JSON.parse(definition) as { Comment: string };
      return [join(folder, `${name}.md`), renderPage(workflow, comment, definition)];
    }),
  );
}

function renderPage(workflow: string, comment: string, definition: string): string {
  const title = workflow.replaceAll(/(?<!^)([A-Z])/g, ' $1');
  return `# ${title}

<!-- Generated from the synthesized definition by \`npm run docs:diagrams\`. Do not edit. -->

${comment}.

\`\`\`mermaid
${renderDiagram(definition)}\`\`\`
`;
}

/** Writes all pages. */
export function writeDiagrams(): void {
  mkdirSync(folder, { recursive: true });
  for (const [file, page] of renderDiagrams()) writeFileSync(file, page);
}
