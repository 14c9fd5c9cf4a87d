import { isJsonObject, type JsonObject } from '../../json.ts';
import { MAXIMUM_FIELD_SECONDS } from '../../limits.ts';
import { dynamicInteger, dynamicText, pathToNode, text } from '../checks.ts';
import { classifyResource, type PatternSuffix } from '../integrations.ts';
import { messages } from '../messages.ts';
import { type Check, childOf, type Place, refuse } from '../place.ts';
import { field, jsonataField, jsonPathField, type Shape } from '../shape.ts';
import {
  commonFields,
  exitExclusion,
  exitFields,
  flowFields,
  resultFields,
  workFields,
} from '../state-fields.ts';
import { template } from '../template.ts';

const credentials: Check = (value, place) => {
  if (!isJsonObject(value)) return refuse(place, messages.expectedType('OBJECT'));
  // Without a role, AWS reports only that.
  if (!hasMember(value, 'RoleArn', place)) {
    return refuse(place, messages.requiredField('RoleArn'));
  }
  for (const name of Object.keys(value)) {
    if (!isMember(name, 'RoleArn', place)) refuse(place, messages.unsupportedField(name));
  }
  const role = value['RoleArn'];
  if (place.language === 'JSONPath') template(value, place);
  if (role === undefined) return;
  if (place.language === 'JSONPath') text(role, childOf(place, 'RoleArn'));
  else dynamicText(role, childOf(place, 'RoleArn'));
};

export const task: Shape = {
  required: ['Resource'],
  fields: {
    ...commonFields,
    ...exitFields,
    ...flowFields,
    ...resultFields,
    ...workFields,
    Resource: field(text),
    Arguments: jsonataField(template),
    Credentials: field(credentials),
    TimeoutSeconds: field(dynamicInteger(1, MAXIMUM_FIELD_SECONDS)),
    TimeoutSecondsPath: jsonPathField(pathToNode),
    HeartbeatSeconds: field(dynamicInteger(1, MAXIMUM_FIELD_SECONDS)),
    HeartbeatSecondsPath: jsonPathField(pathToNode),
  },
  exclusions: [
    exitExclusion,
    { fields: ['TimeoutSeconds', 'TimeoutSecondsPath'] },
    { fields: ['HeartbeatSeconds', 'HeartbeatSecondsPath'] },
  ],
};

/** Checks a task as a whole: its resource and the members that the resource requires. */
export function checkTask(state: JsonObject, place: Place): void {
  checkHeartbeat(state, place);
  const arn = state['Resource'];
  if (typeof arn !== 'string') return;
  const resource = classifyResource(arn);
  const at = childOf(place, 'Resource');
  if (resource.kind === 'invalid') refuse(at, messages.invalidResource);
  if (resource.kind === 'unknown') refuse(at, messages.unknownResource(arn));
  if (resource.kind === 'activity') checkActivity(state, place);
  if (resource.kind === 'integration') {
    const { sdk } = resource;
    if (sdk !== undefined && !place.machine.hasSdkAction(sdk.service, sdk.action)) {
      return refuse(at, messages.unknownResource(arn));
    }
    checkPattern(resource.pattern, at);
    checkTemplate(state, arn, resource.required, place);
  }
}

function checkHeartbeat(state: JsonObject, place: Place): void {
  const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = state;
  if (typeof timeout !== 'number' || typeof heartbeat !== 'number' || heartbeat < timeout) return;
  refuse(childOf(place, 'HeartbeatSeconds'), messages.heartbeatTooLong);
}

function checkActivity(state: JsonObject, place: Place): void {
  if (place.machineType === 'EXPRESS') {
    refuse(childOf(place, 'Resource'), messages.expressActivity);
  }
  if (Object.hasOwn(state, 'Credentials')) {
    refuse(childOf(place, 'Credentials'), messages.activityCredentials);
  }
}

/** Express machines support only the request-response pattern. */
function checkPattern(pattern: PatternSuffix, place: Place): void {
  if (place.machineType === 'EXPRESS' && pattern !== '') {
    refuse(place, messages.expressPattern(pattern));
  }
}

function checkTemplate(
  state: JsonObject,
  arn: string,
  required: readonly string[],
  place: Place,
): void {
  const name = place.language === 'JSONata' ? 'Arguments' : 'Parameters';
  const value = state[name];
  if (value === undefined) return refuse(place, messages.templateRequired(name, arn));
  // The members of an expression are known only at run time.
  if (!isJsonObject(value)) return;
  for (const member of required) {
    if (hasMember(value, member, place)) continue;
    refuse(childOf(place, name), messages.requiredField(member));
  }
}

function hasMember(object: JsonObject, member: string, place: Place): boolean {
  return Object.keys(object).some((name) => isMember(name, member, place));
}

function isMember(name: string, member: string, place: Place): boolean {
  return name === member || (place.language === 'JSONPath' && name === `${member}.$`);
}
