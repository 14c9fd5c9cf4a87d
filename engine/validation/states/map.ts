import { isJsonObject, type Json, type JsonObject } from '../../json.ts';
import { dynamicInteger, isArray, numeric, oneOf, pathToNode } from '../checks.ts';
import { checkExpression, isExpression } from '../jsonata-expression.ts';
import { whyNotLabel } from '../label.ts';
import { itemBatcher, itemReader, resultWriter } from '../map-io.ts';
import { messages } from '../messages.ts';
import { type Check, childOf, type MachineType, type Place, refuse, report } from '../place.ts';
import { checkShape, field, jsonataField, jsonPathField, type Shape } from '../shape.ts';
import {
  commonFields,
  exitExclusion,
  exitFields,
  flowFields,
  resultFields,
  workFields,
} from '../state-fields.ts';
import { template } from '../template.ts';

const MAXIMUM_PERCENT = 100;

const inlineConfig: Shape = { fields: { Mode: field(oneOf(['INLINE', 'DISTRIBUTED'])) } };
const distributedConfig: Shape = {
  required: ['ExecutionType'],
  fields: { ...inlineConfig.fields, ExecutionType: field(oneOf(['STANDARD', 'EXPRESS'])) },
};

const items: Check = (value, place) => {
  if (typeof value === 'string' && !isExpression(value)) refuse(place, messages.openExpression);
  else if (typeof value === 'string') checkExpression(value, place);
  else if (isArray(value) || isJsonObject(value)) template(value, place);
  else refuse(place, messages.expectedType('ARRAY'));
};

const percentage: Check = (value, place) => {
  const isDynamic = typeof value === 'string' && isExpression(value);
  if (isDynamic && place.language === 'JSONata') checkExpression(value, place);
  else numeric(0, MAXIMUM_PERCENT)(value, place);
};

const label: Check = (value, place) => {
  if (typeof value !== 'string') return refuse(place, messages.expectedType('STRING'));
  const problem = whyNotLabel(value);
  if (problem !== undefined) return report(place, 'INVALID_LABEL_NAME', problem);
  if (place.machine.labels.has(value)) {
    report(place, 'DUPLICATE_LABEL_NAME', messages.duplicateLabel(value));
  }
  place.machine.labels.add(value);
};

const processor: Check = (value, place) => {
  if (!isJsonObject(value)) return refuse(place, messages.expectedType('OBJECT'));
  const { ProcessorConfig: config, ...container } = value;
  if (config !== undefined) checkConfig(config, childOf(place, 'ProcessorConfig'));
  place.machine.checkContainer(container, {
    ...place,
    machineType: childType(config, place),
  });
};

export const map: Shape = {
  fields: {
    ...commonFields,
    ...exitFields,
    ...flowFields,
    ...resultFields,
    ...workFields,
    ItemProcessor: field(processor),
    Iterator: field(processor),
    Items: jsonataField(items),
    ItemsPath: jsonPathField(pathToNode),
    ItemSelector: field(template),
    ItemReader: field(itemReader),
    ItemBatcher: field(itemBatcher),
    ResultWriter: field(resultWriter),
    MaxConcurrency: field(dynamicInteger(0)),
    MaxConcurrencyPath: jsonPathField(pathToNode),
    ToleratedFailureCount: field(dynamicInteger(0)),
    ToleratedFailureCountPath: jsonPathField(pathToNode),
    ToleratedFailurePercentage: field(percentage),
    ToleratedFailurePercentagePath: jsonPathField(pathToNode),
    Label: field(label),
  },
  exclusions: [
    exitExclusion,
    { fields: ['ItemProcessor', 'Iterator'], needed: true },
    { fields: ['ItemSelector', 'Parameters'] },
    { fields: ['MaxConcurrency', 'MaxConcurrencyPath'] },
    { fields: ['ToleratedFailureCount', 'ToleratedFailureCountPath'] },
    { fields: ['ToleratedFailurePercentage', 'ToleratedFailurePercentagePath'] },
  ],
};

function checkConfig(config: Json, place: Place): void {
  if (!isJsonObject(config)) return refuse(place, messages.expectedType('OBJECT'));
  checkShape(isDistributed(config) ? distributedConfig : inlineConfig, config, place);
  if (isDistributed(config) && place.machineType === 'EXPRESS') {
    refuse(childOf(place, 'Mode'), messages.expressDistributed);
  }
}

function isDistributed(config: Json | undefined): config is JsonObject {
  return config !== undefined && isJsonObject(config) && config['Mode'] === 'DISTRIBUTED';
}

/** The child executions of a distributed Map have their own type. */
function childType(config: Json | undefined, place: Place): MachineType {
  if (!isDistributed(config)) return place.machineType;
  return config['ExecutionType'] === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
}
