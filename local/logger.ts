import { pino } from 'pino';
import type { Logger } from './cloud.ts';

/** How much the runtime tells of itself. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** A logger that writes JSON lines to standard error, so that standard output stays the user's. */
export function createLogger(level: LogLevel = 'info'): Logger {
  return pino({ level, base: null }, pino.destination({ dest: 2, sync: true }));
}

/** A logger that says nothing. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
};
