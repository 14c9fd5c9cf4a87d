import type { Target } from '@aws-sdk/client-eventbridge';
import { writeJson } from '../../../../engine/index.ts';
import { type EventEnvelope } from '../event.ts';
import { fillTemplate, type TemplateContext } from './input-template.ts';
import { follow, parseJsonPath } from './json-path.ts';

/**
 * The text for a target: a constant, a part of the event, a filled template or the whole event.
 *
 * @throws BrokenTemplate if a filled JSON template is not JSON
 */
export function renderTargetInput(
  target: Target,
  event: EventEnvelope,
  context: TemplateContext,
): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) {
    const part = follow(event, parseJsonPath(target.InputPath) ?? []);
    return writeJson(part ?? null);
  }
  if (target.InputTransformer !== undefined) {
    return fillTemplate(target.InputTransformer, event, context);
  }
  return writeJson(event);
}
