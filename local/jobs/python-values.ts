/** A hyperparameter's value as Python's JSON reader sees it; numbers keep their text. */
export type PythonValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'data'; readonly data: unknown };

const INTEGER = /^-?(?:0|[1-9]\d*)$/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The training toolkit decodes every value from JSON where it can, and keeps it as text where not. */
export function readPythonValue(raw: string): PythonValue {
  const trimmed = raw.trim();
  if (INTEGER.test(trimmed)) return { kind: 'number', text: String(BigInt(trimmed)) };
  if (NUMBER.test(trimmed)) return { kind: 'number', text: pythonFloat(Number(trimmed)) };
  try {
    const data: unknown = JSON.parse(raw);
    return typeof data === 'string' ? { kind: 'text', text: data } : { kind: 'data', data };
  } catch {
    return { kind: 'text', text: raw };
  }
}

/** `str(value)`, as the toolkit writes arguments. */
export function pythonText(value: PythonValue): string {
  return value.kind === 'data' ? argumentOf(value.data) : value.text;
}

/** `json.dumps(value, sort_keys=True, separators=(",", ":"))` */
export function pythonJson(value: PythonValue): string {
  if (value.kind === 'number') return value.text;
  return value.kind === 'text' ? dump(value.text) : dump(value.data);
}

/** A dictionary is written `key=value,key=value`. */
function argumentOf(data: unknown): string {
  if (!isRecord(data)) return representation(data, true);
  const entries = Object.entries(data).sort(byKey);
  return entries.map(([key, item]) => `${key}=${representation(item, true)}`).join(',');
}

function representation(data: unknown, outermost = false): string {
  if (data === null) return 'None';
  if (typeof data === 'boolean') return data ? 'True' : 'False';
  if (typeof data === 'number') return Number.isInteger(data) ? String(data) : pythonFloat(data);
  if (typeof data === 'string') return outermost ? data : quoted(data);
  if (Array.isArray(data)) return `[${data.map((item) => representation(item)).join(', ')}]`;
  const entries = Object.entries(data as object);
  return `{${entries.map(([key, item]) => `${quoted(key)}: ${representation(item)}`).join(', ')}}`;
}

/** Python prefers single quotes, unless that means to escape one. */
function quoted(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  if (text.includes("'") && !text.includes('"')) return `"${escaped}"`;
  return `'${escaped.replaceAll("'", "\\'")}'`;
}

/** `repr` of a float: an exponent below 1e-4 and from 1e16, at least two digits in it. */
function pythonFloat(value: number): string {
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [digits = '', exponent = ''] = value.toExponential().split('e');
    const sign = exponent.startsWith('-') ? '-' : '+';
    return `${digits}e${sign}${exponent.slice(1).padStart(2, '0')}`;
  }
  const text = size < 1e-4 ? value.toFixed(1) : plain(value);
  return text.includes('.') ? text : `${text}.0`;
}

function plain(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(20).replace(/0+$/, '') : text;
}

function dump(data: unknown): string {
  return JSON.stringify(sorted(data)).replaceAll(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function sorted(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(sorted);
  if (!isRecord(data)) return data;
  return Object.fromEntries(
    Object.entries(data)
      .sort(byKey)
      .map(([key, item]) => [key, sorted(item)]),
  );
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isRecord(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}
