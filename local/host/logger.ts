import { pino } from 'pino';
import { visibleJson } from './visible-text.ts';

/** Messages of the runtime itself, for whoever operates it; never payloads or secrets. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** How much the runtime tells of itself. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** A logger that writes JSON lines to standard error, so that standard output stays the user's. */
export function createLogger(level: LogLevel = 'info'): Logger {
  const errors = pino.destination({ dest: 2, sync: true });
  // What clients and jobs say is in the lines, too.
  return pino({ level, base: null }, { write: (line) => errors.write(visibleLogLine(line)) });
}

/** Every line ends with the line break that is not part of it. */
function visibleLogLine(line: string): string {
  return `${visibleJson(line.trimEnd())}\n`;
}

/** A logger that says nothing. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
};
