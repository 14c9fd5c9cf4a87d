/** A way to write a date, as Python's `strptime` takes it. */
interface DateForm {
  readonly format: string;
  readonly pattern: RegExp;
  /** Which groups of the pattern are year, month and day. */
  readonly order: readonly [year: number, month: number, day: number];
}

const DATE = String.raw`(\d{4})-(\d{2})-(\d{2})`;
const TIME = String.raw`([01]\d|2[0-3]):[0-5]\d`;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const FORMS: readonly DateForm[] = [
  { format: '%Y-%m-%d', pattern: new RegExp(`^${DATE}$`), order: [1, 2, 3] },
  {
    format: '%Y-%m-%d %H:%M:%S',
    pattern: new RegExp(`^${DATE} ${TIME}:[0-5]\\d$`),
    order: [1, 2, 3],
  },
  { format: '%Y-%m-%d %H:%M', pattern: new RegExp(`^${DATE} ${TIME}$`), order: [1, 2, 3] },
  {
    format: '%Y-%m-%dT%H:%M:%S',
    pattern: new RegExp(`^${DATE}T${TIME}:[0-5]\\d$`),
    order: [1, 2, 3],
  },
  {
    format: '%Y-%m-%dT%H:%M:%SZ',
    pattern: new RegExp(`^${DATE}T${TIME}:[0-5]\\dZ$`),
    order: [1, 2, 3],
  },
  { format: '%Y/%m/%d', pattern: /^(\d{4})\/(\d{2})\/(\d{2})$/, order: [1, 2, 3] },
  { format: '%Y.%m.%d', pattern: /^(\d{4})\.(\d{2})\.(\d{2})$/, order: [1, 2, 3] },
  { format: '%d.%m.%Y', pattern: /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/, order: [3, 2, 1] },
  { format: '%m/%d/%Y', pattern: /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/, order: [3, 1, 2] },
  { format: '%d/%m/%Y', pattern: /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/, order: [3, 2, 1] },
  { format: '%d-%m-%Y', pattern: /^(\d{1,2})-(\d{1,2})-(\d{4})$/, order: [3, 2, 1] },
  { format: '%m-%d-%Y', pattern: /^(\d{1,2})-(\d{1,2})-(\d{4})$/, order: [3, 1, 2] },
  { format: '%d-%b-%Y', pattern: /^(\d{1,2})-([A-Za-z]{3})-(\d{4})$/, order: [3, 2, 1] },
  { format: '%d %b %Y', pattern: /^(\d{1,2}) ([A-Za-z]{3}) (\d{4})$/, order: [3, 2, 1] },
  { format: '%Y%m%d', pattern: /^(1[89]\d\d|20\d\d)(\d{2})(\d{2})$/, order: [1, 2, 3] },
];

export const EVERY_FORM = 2 ** FORMS.length - 1;
const SHORTEST_DATE = 8;
const LONGEST_DATE = 20;

/** Which of some forms a text has, as bits. */
export function dateFormsOf(text: string, among: number): number {
  if (text.length < SHORTEST_DATE || text.length > LONGEST_DATE) return 0;
  let forms = 0;
  for (const [index, form] of FORMS.entries()) {
    const bit = 1 << index;
    if ((among & bit) !== 0 && timeBy(form, text) !== undefined) forms |= bit;
  }
  return forms;
}

/** The formats of a set of forms, the likeliest first. */
export function formatsOf(forms: number): string[] {
  return FORMS.filter((_form, index) => (forms & (1 << index)) !== 0).map(({ format }) => format);
}

/** Milliseconds since 1970; NaN where the text is not a date of that format. */
export function parseDate(text: string, format: string): number {
  const form = FORMS.find((one) => one.format === format);
  return (form === undefined ? undefined : timeBy(form, text)) ?? Number.NaN;
}

function timeBy({ pattern, order }: DateForm, text: string): number | undefined {
  const parts = pattern.exec(text);
  if (parts === null) return undefined;
  const [year, month, day] = order.map((group) => numberOf(parts[group] ?? '')) as [
    number,
    number,
    number,
  ];
  const time = Date.UTC(year, month - 1, day);
  const date = new Date(time);
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal ? time : undefined;
}

function numberOf(text: string): number {
  const value = Number(text);
  return Number.isNaN(value) ? MONTHS.indexOf(text.toLowerCase()) + 1 : value;
}
