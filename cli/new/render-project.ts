import { visibleLine } from '../../local/index.ts';
import { Commented, type Literal, renderLiteral, Spread } from './literal.ts';
import type { Plan, PlannedColumn } from './plan.ts';
import { constantOf } from './project-name.ts';
import { FOLDER_MARKER } from './source-file.ts';

/** The text of `project.ts`, formatted as Biome does. */
export function renderProject(plan: Plan): string {
  const project = renderLiteral(projectOf(plan), '', 'export const x = defineProject(', ');');
  return [
    "import { defineProject } from '../../definition/index.ts';",
    '',
    `/** ${plan.summary} */`,
    `export const ${constantOf(plan.name)} = defineProject(${project});`,
    '',
  ]
    .join('\n')
    .replace('\n  gate: {', (gate) => `\n  // ${capitalized(visibleLine(plan.baseline))}.${gate}`);
}

function projectOf(plan: Plan): Literal {
  return new Spread({
    name: plan.name,
    description: plan.description,
    problem: plan.problem,
    dataset: datasetOf(plan),
    split: plan.groupBy === undefined ? undefined : { groupBy: plan.groupBy },
    training: { algorithm: plan.algorithm },
    gate: new Spread({
      bounds: plan.gate.bounds.map((bound) => ({ ...bound })),
      suspicious: plan.gate.suspicious.map((suspicion) => ({ ...suspicion })),
      champion: { ...plan.gate.champion },
    }),
  });
}

/** The default of definition/; a smaller file needs a smaller number. */
const MINIMUM_ROWS = 100;

/** Settings with their default value are left out. */
function datasetOf({ table, marks, label, columns, setAside, exclude, usedRows }: Plan): Literal {
  const { encoding, delimiter, lineEnds, hasHeader, fileCount } = table;
  return new Spread({
    layout: fileCount === undefined ? undefined : 'folder',
    marker: fileCount === undefined ? undefined : FOLDER_MARKER,
    header: hasHeader,
    label,
    delimiter: delimiter === ',' ? undefined : delimiter,
    encoding: encoding.name === 'utf-8' ? undefined : encoding.name,
    decimal: marks.decimal === '.' ? undefined : marks.decimal,
    thousands: marks.thousands,
    lineEnds: lineEnds.carriageReturns > 0 ? 'any' : undefined,
    byteOrderMark: encoding.hasByteOrderMark && encoding.name === 'utf-8' ? 'accept' : undefined,
    minimumRows: usedRows < MINIMUM_ROWS ? usedRows : undefined,
    missingLabel: setAside ? 'set-aside' : undefined,
    exclude:
      exclude.length === 0 ? undefined : exclude.map(({ column, values }) => ({ column, values })),
    columns: columns.map(columnOf),
  });
}

function columnOf({ ignored, ...column }: PlannedColumn): Literal | Commented {
  if (ignored === undefined) return { ...column };
  return new Commented({ ...column, ignore: true }, capitalized(ignored));
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
