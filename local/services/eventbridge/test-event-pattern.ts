import type {
  EventBridge,
  TestEventPatternRequest,
  TestEventPatternResponse,
} from '@aws-sdk/client-eventbridge';
import type { OperationTable } from '../../cloud/operation.ts';
import { flattenEvent, matchesPattern } from '../../event-patterns/index.ts';
import { ValidationException } from './errors.ts';
import { compile } from './rules.ts';
import type { EventBridgeState } from './state.ts';

/** The members that AWS requires of an event. */
const REQUIRED_MEMBERS = ['id', 'account', 'source', 'time', 'region', 'detail-type'];

/** Tests whether an event matches a pattern. */
export const testEventPatternOperations: OperationTable<EventBridge, EventBridgeState> = {
  TestEventPattern: {
    readOnly: true,
    permissions: () => ({ action: 'events:TestEventPattern', resource: '*' }),
    run({ EventPattern, Event }: TestEventPatternRequest): TestEventPatternResponse {
      const event = parseEvent(Event ?? '');
      const pattern = compile(EventPattern ?? '');
      return { Result: matchesPattern(flattenEvent(event), pattern) };
    },
  },
};

function parseEvent(text: string): object {
  const event = parseObject(text);
  if (event === undefined || REQUIRED_MEMBERS.some((member) => !Object.hasOwn(event, member))) {
    throw new ValidationException('Parameter Event is not valid.');
  }
  return event;
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? value : undefined;
  } catch {
    return undefined;
  }
}
