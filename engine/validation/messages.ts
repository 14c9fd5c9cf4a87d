/**
 * AWS's messages, measured with `ValidateStateMachineDefinition`. A message that was not observed on AWS is marked
 * and follows the wording of the others.
 */
export const messages = {
  notAnObject: 'Definition must be a valid JSON object',
  requiredFields: (fields: readonly string[]) => `These fields are required: [${list(fields)}]`,
  requiredField: (field: string) => `The field '${field}' is required but was missing`,
  unsupportedField: (field: string) => `Field '${field}' is not supported`,
  expectedType: (type: 'ARRAY' | 'BOOLEAN' | 'NUMBER' | 'OBJECT' | 'STRING') =>
    `Expected value of type [${type}]`,
  // AWS writes this message without brackets.
  expectedInteger: 'Expected value of type Integer',
  minimum: (value: number) => `Minimum value is ${value}`,
  maximum: (value: number) => `Maximum value is ${value}`,
  oneOf: (values: readonly string[]) => `Value should be one of the following: [${list(values)}]`,
  stateType: (types: readonly string[]) =>
    `The field 'Type' should have one of these values: [${list(types)}]`,
  empty: 'Value cannot be empty',
  tooManyFields: (fields: readonly string[]) =>
    `There should only be one of the following fields: [${list(fields)}]`,
  noneOfFields: (fields: readonly string[]) =>
    `This object should have only one of the following fields: [${list(fields)}]`,
  choiceSelector: (fields: readonly string[]) =>
    `The object must have only one of the following fields, [${list(fields)}]`,
  languageMismatch: (language: string, field: string, other: string) =>
    `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${other}' QueryLanguage`,
  languageDowngrade:
    "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
  invalidPath: 'Value must be a valid JSONPath.',
  notReferencePath: (reason: string) => `Value is not a Reference Path: ${reason}`,
  invalidTemplatePath: (field: string) =>
    `The value for the field '${field}' must be a valid JSONPath or a valid intrinsic function call`,
  templatePathType: (field: string, type: string) =>
    `The value for the field '${field}' must be a STRING that contains a JSONPath but was an ${type}`,
  invalidTimestamp: 'String does not match RFC3339 timestamp',
  invalidResource: 'Value is not a valid resource ARN',
  unknownResource: (arn: string) =>
    `The resource provided ${arn} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
  templateRequired: (field: string, arn: string) =>
    `${field} field is required for resource ARN: ${arn}`,
  readerResource: "The field 'Resource' does not match any of the allowed values",
  activityCredentials: "The field 'Credentials' is not supported for activities",
  // The trailing space is AWS's.
  expressPattern: (pattern: string) =>
    `Express state machine does not support '${pattern}' service integration `,
  expressActivity: 'Express state machine does not support Activity ARN',
  expressDistributed:
    "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines",
  statesAllAlone: 'States.ALL must appear alone and at end of list',
  // Not observed on AWS; the rule is documented.
  heartbeatTooLong: 'HeartbeatSeconds must be smaller than TimeoutSeconds',
  openExpression: 'JSONata string must start with {% and end with %}',
  contextReference: (name: string) => `Reference to '${name}' at the top level is not supported.`,
  rootReference: "Reference to '$$' is not supported.",
  missingStatesField: (field: string) => `Field '$states.${field}' does not exist.`,
  missingTarget: (target: string) => `Missing 'Next' target: ${target}`,
  unreachable: (state: string) => `State "${state}" is not reachable.`,
  noTerminalState: 'Workflow has no terminal state',
  duplicateState: (name: string) => `Duplicate State name: ${name}`,
  longStateName: (name: string, limit: number) =>
    `Invalid State name: State '${name}' exceeds the ${limit}-character limit allowed by the service`,
  duplicateLabel: (label: string) => `Duplicate Label name: ${label}`,
  longLabel: (label: string, limit: number) =>
    `Invalid Label name: Label '${label}' exceeds the ${limit}-character limit allowed by the service`,
  // Not observed on AWS.
  labelCharacter: (label: string) =>
    `Invalid Label name: Label '${label}' contains invalid characters`,
  emptyLabel: 'Invalid Label name: Label cannot be empty',
  reservedVariable: "Cannot assign to reserved variable '$states'.",
  invalidVariable: (name: string) =>
    `Invalid variable name '${name}': the variable name contains invalid characters.`,
  // Not observed on AWS.
  longVariable: (name: string, limit: number) =>
    `Invalid variable name '${name}': the variable name exceeds the ${limit}-character limit.`,
  // The codes of these three are documented, the messages are ours.
  noDollar: (field: string) =>
    `The value of the field '${field}' looks like a JSONPath or an intrinsic function call, but the field name does not end with '.$'`,
  noPath: (field: string) =>
    `The value of the field '${field}' looks like a path, but the field name does not end with 'Path'`,
  staticResult: "The 'Result' of a Pass state is static: paths in it are not evaluated",
} as const;

function list(values: readonly string[]): string {
  return values.join(', ');
}
