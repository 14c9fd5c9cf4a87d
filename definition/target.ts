import * as z from 'zod';
import type { ColumnNames, Mistake } from './dataset.ts';

const columnNames = z.array(z.string()).min(1).max(100);

/** A label that is not a column of the file; preprocessing makes it. */
const derivedSchema = z.discriminatedUnion('type', [
  /** 1 where the column holds one of the values, else 0. */
  z.strictObject({
    type: z.literal('is'),
    column: z.string(),
    values: z.array(z.string()).min(1).max(200),
  }),
  /**
   * 1 where one of the columns that holds something in this row is absent in the next row of the same
   * group, else 0. Rows without a next one, rows in which all the columns are absent, and rows after which a
   * column has a gap, have no label: they are left out and counted.
   */
  z.strictObject({
    type: z.literal('dropped-by-next'),
    /** Rows with the same value are one group, such as the visits of one patient. */
    groupBy: z.string(),
    /** The column that orders the rows of a group: numbers or dates. */
    orderBy: z.string(),
    columns: columnNames,
    /** Texts that mean that there is nothing, such as `No`. */
    absent: z.array(z.string()).min(1).max(20),
  }),
]);

/** What the model learns to predict, where that is not a column of the file. */
export const targetSchema = z.strictObject({
  derived: derivedSchema,
  /** What the label means and what it does not, in one line; it is kept with every model. */
  meaning: z
    .string()
    .min(1)
    .max(240)
    .regex(/^[^\n\r]*$/, 'one line')
    .optional(),
});

export type Target = z.output<typeof targetSchema>;

/** How rows are split into training, validation and test rows. */
export const splitSchema = z.strictObject({
  /** Rows with the same value stay in one part, and are drawn together in a bootstrap. @default no groups */
  groupBy: z.string().optional(),
  validationShare: z.number().min(0.05).max(0.4).default(0.15),
  testShare: z.number().min(0.05).max(0.4).default(0.15),
  seed: z.int().min(0).max(2_147_483_647).default(20_261_120),
});

export type Split = z.output<typeof splitSchema>;

/** Mistakes between target, split and the dataset's columns. */
export function judgeTarget(
  dataset: ColumnNames,
  target: Target | undefined,
  split: Split,
): Mistake[] {
  const names = dataset.columns.map((column) => column.name);
  const mustExist = (name: string, path: Mistake['path']): Mistake[] =>
    names.includes(name)
      ? []
      : [{ path, input: name, message: `must name a column; there are ${names.join(', ')}` }];
  return [
    ...(target === undefined
      ? mustExist(dataset.label, ['dataset', 'label'])
      : judgeDerived(dataset, target, mustExist)),
    ...(split.groupBy === undefined ? [] : mustExist(split.groupBy, ['split', 'groupBy'])),
  ];
}

const ORDERED: readonly unknown[] = ['number', 'integer', 'date'];

/** As texts, 10 would come before 9. */
function mustHaveAnOrder({ columns }: ColumnNames, name: string): Mistake[] {
  const column = columns.find((each) => each.name === name);
  if (column === undefined || ORDERED.includes(column.type)) return [];
  return [
    {
      path: at('orderBy'),
      input: name,
      message: `must name a column of numbers or dates; ${name} is of type ${String(column.type)}`,
    },
  ];
}

const at = (...more: (string | number)[]) => ['target', 'derived', ...more];

function judgeDerived(
  dataset: ColumnNames,
  { derived }: Target,
  mustExist: (name: string, path: Mistake['path']) => Mistake[],
): Mistake[] {
  const isColumn = dataset.columns.some(({ name }) => name === dataset.label);
  return [
    ...(isColumn
      ? [
          {
            path: ['dataset', 'label'],
            input: dataset.label,
            message: 'may not name a column, because target.derived makes the label; rename it',
          },
        ]
      : []),
    ...(derived.type === 'is'
      ? mustExist(derived.column, at('column'))
      : [
          ...mustExist(derived.groupBy, at('groupBy')),
          ...mustExist(derived.orderBy, at('orderBy')),
          ...mustHaveAnOrder(dataset, derived.orderBy),
          ...derived.columns.flatMap((name, index) => mustExist(name, at('columns', index))),
        ]),
  ];
}
