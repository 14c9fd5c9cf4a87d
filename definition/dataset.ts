import * as z from 'zod';

/** Text as a spreadsheet's header holds it: no line breaks or other control characters, no quotes. */
const columnName = z
  .string()
  .min(1)
  .max(128)
  .regex(
    /^[^\s"\p{Cc}]([^"\p{Cc}]*[^\s"\p{Cc}])?$/u,
    'printable text without quotes, and without white space at its ends',
  );

/** One line that people read. */
const caption = (length: number) =>
  z
    .string()
    .min(1)
    .max(length)
    .regex(/^[^\p{Cc}]*$/u, 'one line of printable text');

const columnBase = {
  name: columnName,
  /** What the column holds, for the forms of the console. */
  description: caption(200).optional(),
  /** Whether a field may be missing: empty, or one of `missingValues`. */
  optional: z.boolean().default(false),
  /** The column is in the file and in requests, but the model does not see it. Its fields may be anything. */
  ignore: z.boolean().default(false),
  /**
   * Texts such as `?` that stand where a value is missing, exactly as they are written; pandas calls
   * them `na_values`. @default an empty field only
   */
  missingValues: z.array(z.string().min(1)).min(1).max(20).optional(),
};
const numericBase = {
  ...columnBase,
  /** What its numbers count, such as `mm`, for the forms of the console. */
  unit: caption(40).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  /**
   * What may stand before or after each number and is left out, such as `$` or `%`. Ranges, the model and answers
   * have the numbers without it. @default numbers stand alone
   */
  affix: z
    .string()
    .regex(
      /^[^\s\d+.,"'_-]{1,10}$/u,
      'at most ten characters without digits, white space, signs, quotes and the marks in numbers',
    )
    .optional(),
};

/** One column of the dataset, in the file's order. */
const columnSchema = z.discriminatedUnion('type', [
  z.strictObject({ ...numericBase, type: z.literal('number') }),
  z.strictObject({ ...numericBase, type: z.literal('integer') }),
  z.strictObject({
    ...columnBase,
    type: z.literal('category'),
    values: z.array(z.string().min(1)).min(2).max(200).optional(),
  }),
  /** The model sees the days since 1970, the month and the day of the week. */
  z.strictObject({
    ...columnBase,
    type: z.literal('date'),
    /** As Python's `strptime` takes it. @default `%Y-%m-%d` */
    format: z
      .string()
      .max(40)
      .regex(
        /^(?=.*%[YyjmdbB])([^%]|%[YymdbBjHMSf%])*$/,
        "a format of Python's strptime, such as %d.%m.%Y, of the directives Y y m d b B j H M S f",
      )
      .default('%Y-%m-%d'),
  }),
  /** Free text: the model sees the number of its characters and of its words. */
  z.strictObject({ ...columnBase, type: z.literal('text') }),
]);

type Column = z.output<typeof columnSchema>;

/** Rows that are left out of training and evaluation, and counted. */
const exclusionSchema = z.strictObject({
  column: z.string(),
  values: z.array(z.string()).min(1).max(200),
});

const datasetFields = z.strictObject({
  columns: z.array(columnSchema).min(2).max(500),
  /** The column to predict; with `target.derived`, the name of what is derived. */
  label: columnName,
  /** Whether the first line names the columns. */
  header: z.boolean(),
  delimiter: z.enum([',', ';', '\t', '|']).default(','),
  encoding: z.enum(['utf-8', 'utf-16', 'windows-1252']).default('utf-8'),
  /** The mark before the fraction of a number. */
  decimal: z.enum(['.', ',']).default('.'),
  /** The mark between groups of digits. @default numbers have none */
  thousands: z.enum([',', '.', ' ', "'", '_']).optional(),
  /** What becomes of a row without a label: the file is refused, or the row is left out and counted. */
  missingLabel: z.enum(['refuse', 'set-aside']).default('refuse'),
  exclude: z.array(exclusionSchema).max(20).default([]),
  /** `file`: every upload is a dataset of its own. `folder`: all files of a folder are one dataset. */
  layout: z.enum(['file', 'folder']).default('file'),
  /**
   * The name of the file that closes a folder, such as Spark's `_SUCCESS`. @default a folder is
   * complete when `settleSeconds` have passed without a newer file in it
   */
  marker: z
    .string()
    .regex(
      /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/,
      'the name of a file: at most 100 letters, digits, dots, hyphens and underscores',
    )
    .optional(),
  /** Seconds without a newer upload after which a dataset counts as complete; after a marker, until the folder is read. */
  settleSeconds: z.int().min(0).max(3600).default(10),
  /** `lf` refuses Windows line ends, `any` takes both. */
  lineEnds: z.enum(['lf', 'any']).default('lf'),
  byteOrderMark: z.enum(['refuse', 'accept']).default('refuse'),
  /** A dataset with fewer rows is refused. */
  minimumRows: z.int().min(1).default(100),
});

export type Dataset = z.output<typeof datasetFields>;

/** The names in a dataset, for what is judged between it and other fields. */
export const columnNamesSchema = z.object({
  label: z.string(),
  layout: z.unknown().optional(),
  encoding: z.unknown().optional(),
  columns: z.array(
    z.object({
      name: z.string(),
      type: z.unknown(),
      values: z.unknown().optional(),
      ignore: z.boolean().default(false),
    }),
  ),
});

export type ColumnNames = z.output<typeof columnNamesSchema>;

/** A mistake that no field can see alone. */
export interface Mistake {
  readonly path: readonly (string | number)[];
  readonly input: unknown;
  readonly message: string;
}

export const datasetSchema = datasetFields.superRefine((dataset, context) => {
  const mistakes = [
    ...dataset.columns.flatMap((column, index) => judgeColumn(dataset, column, index)),
    ...dataset.exclude.flatMap(({ column }, index) =>
      judgeColumnName(dataset, column, ['exclude', index, 'column']),
    ),
    ...judgeMarks(dataset),
    ...judgeMarker(dataset),
  ];
  for (const { path, ...mistake } of mistakes) {
    context.addIssue({ code: 'custom', path: [...path], ...mistake });
  }
});

function judgeColumn(dataset: Dataset, column: Column, index: number): Mistake[] {
  const at = (field: string) => ['columns', index, field];
  const isFirst = dataset.columns.findIndex(({ name }) => name === column.name) === index;
  const contradiction = findContradiction(column);
  return [
    ...(isFirst
      ? []
      : [
          {
            path: at('name'),
            input: column.name,
            message: 'names a column for the second time; rename one of the two',
          },
        ]),
    ...judgeRange(column, at('maximum')),
    ...judgeValues(column, at('values')),
    ...(contradiction === undefined
      ? []
      : [
          {
            path: at('missingValues'),
            input: column.missingValues,
            message: `may not hold ${JSON.stringify(contradiction)}, which is one of the column's values; remove it from one of the two`,
          },
        ]),
    ...(column.name === dataset.label ? judgeLabel(column, at) : []),
  ];
}

/** No value would be in the range. */
function judgeRange(column: Column, path: Mistake['path']): Mistake[] {
  if (column.type !== 'number' && column.type !== 'integer') return [];
  const { minimum, maximum } = column;
  if (minimum === undefined || maximum === undefined || minimum <= maximum) return [];
  return [{ path, input: maximum, message: `must be at least the minimum, ${minimum}` }];
}

function judgeValues(column: Column, path: Mistake['path']): Mistake[] {
  if (column.type !== 'category') return [];
  const twice = column.values?.find((value, index, all) => all.indexOf(value) !== index);
  if (twice === undefined) return [];
  return [{ path, input: column.values, message: `may not hold ${JSON.stringify(twice)} twice` }];
}

/** A text that is a value and means that there is none. */
function findContradiction(column: Column): string | undefined {
  if (column.type !== 'category') return undefined;
  return column.missingValues?.find((text) => column.values?.includes(text));
}

function judgeLabel(column: Column, at: (field: string) => (string | number)[]): Mistake[] {
  return [
    ...(column.ignore
      ? [
          {
            path: at('ignore'),
            input: true,
            message: 'may not be true for the label, which is what the model learns; remove it',
          },
        ]
      : []),
    ...(column.optional
      ? [
          {
            path: at('optional'),
            input: true,
            message:
              "may not be true for the label; set dataset.missingLabel to 'set-aside' to leave out rows without one",
          },
        ]
      : []),
    ...(column.type === 'date' || column.type === 'text'
      ? [
          {
            path: at('type'),
            input: column.type,
            message:
              'of the label must be number, integer or category; change the type or the label',
          },
        ]
      : []),
  ];
}

/** @param path where the name stands, from the dataset */
function judgeColumnName(
  { columns }: Dataset,
  name: string,
  path: readonly (string | number)[],
): Mistake[] {
  const names = columns.map((column) => column.name);
  if (names.includes(name)) return [];
  return [{ path, input: name, message: `must name a column; there are ${names.join(', ')}` }];
}

/** A mark may be the delimiter as well: such numbers stand in quotes, as in `"1,234",red`. */
function judgeMarks({ decimal, thousands }: Dataset): Mistake[] {
  if (decimal !== thousands) return [];
  return [
    { path: ['thousands'], input: thousands, message: 'may not be the decimal mark as well' },
  ];
}

function judgeMarker({ layout, marker }: Dataset): Mistake[] {
  if (layout === 'folder' || marker === undefined) return [];
  return [
    {
      path: ['marker'],
      input: marker,
      message: "closes a folder; set dataset.layout to 'folder', or remove it",
    },
  ];
}
