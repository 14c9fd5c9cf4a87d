/** What Python's `strptime` reads for the directives that the format of a date may contain. */
const directives: Readonly<Record<string, string>> = {
  '%Y': '(?<year>\\d{4})',
  '%y': '(?<shortYear>\\d{2})',
  '%m': '(?<month>1[0-2]|0?[1-9])',
  '%d': '(?<day>3[01]|[12]\\d|0?[1-9])',
  '%b': '(?<monthName>[A-Za-z]{3})',
  '%B': '(?<fullMonthName>[A-Za-z]{3,9})',
  '%j': '(?<dayOfYear>\\d{1,3})',
  '%H': '([01]?\\d|2[0-3])',
  '%M': '[0-5]?\\d',
  '%S': '[0-5]?\\d',
  '%f': '\\d{1,6}',
  '%%': '%',
};

const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/** Whether a text is a date of the format, such as `%d.%m.%Y`; the 30th of February is none. */
export function dateTest(format: string): (text: string) => boolean {
  const pattern = format.replace(/%.|[.*+?^${}()|[\]\\]/g, (found) =>
    found.startsWith('%') && found.length === 2 ? (directives[found] ?? '(?!)') : `\\${found}`,
  );
  const whole = new RegExp(`^${pattern}$`);
  return (text) => {
    const groups = whole.exec(text)?.groups;
    return groups === undefined ? whole.test(text) : exists(groups);
  };
}

function exists(groups: Readonly<Record<string, string | undefined>>): boolean {
  const month = monthOf(groups);
  if (Number.isNaN(month)) return false;
  const day = Number(groups['day'] ?? 1);
  const year = Number(groups['year'] ?? `20${groups['shortYear'] ?? '00'}`);
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCDate() === day && date.getUTCMonth() === month - 1;
}

function monthOf({
  month,
  monthName,
  fullMonthName,
}: Readonly<Record<string, string | undefined>>): number {
  const name = (monthName ?? fullMonthName)?.toLowerCase();
  if (name === undefined) return Number(month ?? 1);
  const index = months.findIndex((known) =>
    monthName === undefined ? known === name : known.startsWith(name),
  );
  return index < 0 ? Number.NaN : index + 1;
}
