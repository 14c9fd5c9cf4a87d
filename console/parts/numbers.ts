const DIGITS = 4;

const number = new Intl.NumberFormat('en', { maximumSignificantDigits: DIGITS });

/** A measured number, as short as it can be understood. */
export function renderNumber(value: number): string {
  return number.format(value);
}

const UNITS = ['B', 'KB', 'MB', 'GB'];
const UNIT_BYTES = 1_000;

export function renderBytes(bytes: number): string {
  const power = Math.min(
    UNITS.length - 1,
    Math.floor(Math.log(Math.max(1, bytes)) / Math.log(UNIT_BYTES)),
  );
  const digits = power === 0 ? 0 : 1;
  return `${(bytes / UNIT_BYTES ** power).toFixed(digits)} ${UNITS[power]}`;
}
