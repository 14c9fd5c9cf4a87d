export { type EventPattern, InvalidPattern } from './event-pattern.ts';
export { redactedJsonProblem } from './json-reader.ts';
export { type FlatEvent, flattenEvent, matchesPattern } from './match-pattern.ts';
export { parsePattern } from './parse-pattern.ts';
