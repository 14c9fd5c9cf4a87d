import { pino } from 'pino';
import { visibleJson } from './visible-text.ts';

/** The log of the runtime itself, for its operator; never payloads or secrets. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The least severe level that is logged. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** A logger that writes JSON lines to standard error; standard output is the user's. */
export function createLogger(level: LogLevel = 'info'): Logger {
  const errors = pino.destination({ dest: 2, sync: true });
  // Lines can contain texts of clients and jobs.
  return pino({ level, base: null }, { write: (line) => errors.write(visibleLogLine(line)) });
}

/** Cleans a line, except for the line break at its end. */
function visibleLogLine(line: string): string {
  return `${visibleJson(line.trimEnd())}\n`;
}

/** A logger that drops everything. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
};
