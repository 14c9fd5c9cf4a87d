import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { arrayOf, dynamicInteger, dynamicText, oneOf, pathToNode, text } from './checks.ts';
import { messages } from './messages.ts';
import { type Check, type Place, refuse } from './place.ts';
import { checkShape, type Field, field, jsonataField, jsonPathField, type Shape } from './shape.ts';
import { template } from './template.ts';

/** Checks of a distributed Map's item reader, item batcher and result writer. */

/** https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html */
const MAXIMUM_ITEMS = 100_000_000;

/** https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html */
const MAXIMUM_BATCH_BYTES = 262_144;

const ioFields: Readonly<Record<string, Field>> = {
  Parameters: jsonPathField(template),
  Arguments: jsonataField(template),
};

const inputTypes = ['CSV', 'JSON', 'JSONL', 'PARQUET', 'MANIFEST'];

const commonReaderFields: Readonly<Record<string, Field>> = {
  InputType: field(oneOf(inputTypes)),
  MaxItems: field(dynamicInteger(0, MAXIMUM_ITEMS)),
  MaxItemsPath: jsonPathField(pathToNode),
  ExpectedBucketOwner: field(dynamicText),
  Transformation: field(oneOf(['NONE', 'LOAD_AND_FLATTEN'])),
};

const csvFields: Readonly<Record<string, Field>> = {
  CSVHeaderLocation: field(oneOf(['FIRST_ROW', 'GIVEN'])),
  CSVHeaders: field(arrayOf(text, true)),
  CSVDelimiter: field(oneOf(['COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB'])),
};

/** A manifest of Athena lists files of one of these types. */
const manifestFields: Readonly<Record<string, Field>> = {
  ManifestType: field(oneOf(['ATHENA_DATA', 'S3_INVENTORY'])),
};

/** Fields that exist only for some input types. */
const typeFields: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  CSV: { ...csvFields, ...manifestFields },
  JSON: { ItemsPointer: field(text) },
  JSONL: manifestFields,
  PARQUET: manifestFields,
  MANIFEST: { ...csvFields, ...manifestFields },
};

const readerConfig: Check = (value, place) => {
  if (!isJsonObject(value)) return refuse(place, messages.expectedType('OBJECT'));
  checkShape(readerConfigShape(value), value, place);
  checkCsvHeaders(value, place);
};

const readerResource: Check = (value, place) => {
  if (typeof value !== 'string') refuse(place, messages.expectedType('STRING'));
  else if (!/^arn:[^:]+:states:::s3:(?:getObject|listObjectsV2)$/u.test(value)) {
    refuse(place, messages.readerResource);
  }
};

const writerResource: Check = (value, place) => {
  if (typeof value !== 'string') refuse(place, messages.expectedType('STRING'));
  else if (!/^arn:[^:]+:states:::s3:putObject$/u.test(value))
    refuse(place, messages.readerResource);
};

const itemReaderShape: Shape = {
  required: ['Resource'],
  fields: { ...ioFields, Resource: field(readerResource), ReaderConfig: field(readerConfig) },
};

const itemBatcherShape: Shape = {
  fields: {
    MaxItemsPerBatch: field(dynamicInteger(1)),
    MaxItemsPerBatchPath: jsonPathField(pathToNode),
    MaxInputBytesPerBatch: field(dynamicInteger(1, MAXIMUM_BATCH_BYTES)),
    MaxInputBytesPerBatchPath: jsonPathField(pathToNode),
    BatchInput: field(template),
  },
  exclusions: [
    { fields: ['MaxItemsPerBatch', 'MaxItemsPerBatchPath'] },
    { fields: ['MaxInputBytesPerBatch', 'MaxInputBytesPerBatchPath'] },
  ],
};

const writerConfigShape: Shape = {
  fields: {
    Transformation: field(oneOf(['NONE', 'COMPACT', 'FLATTEN'])),
    OutputType: field(oneOf(['JSON', 'JSONL'])),
  },
};

const resultWriterShape: Shape = {
  fields: {
    ...ioFields,
    Resource: field(writerResource),
    WriterConfig: field(objectOf(writerConfigShape)),
  },
};

export const itemReader: Check = objectOf(itemReaderShape);
export const itemBatcher: Check = objectOf(itemBatcherShape);
export const resultWriter: Check = objectOf(resultWriterShape);

function objectOf(shape: Shape): Check {
  return (value, place) => {
    if (isJsonObject(value)) checkShape(shape, value, place);
    else refuse(place, messages.expectedType('OBJECT'));
  };
}

/** The fields depend on the input type; for an unknown type, all fields are accepted. */
function readerConfigShape(config: JsonObject): Shape {
  const type = config['InputType'];
  const own = isInputType(type)
    ? typeFields[type]
    : Object.assign({}, ...Object.values(typeFields));
  return {
    fields: { ...commonReaderFields, ...own },
    exclusions: [{ fields: ['MaxItems', 'MaxItemsPath'] }],
  };
}

function isInputType(type: Json | undefined): type is string {
  return typeof type === 'string' && inputTypes.includes(type);
}

function checkCsvHeaders(config: JsonObject, place: Place): void {
  if (config['InputType'] === 'CSV' && !Object.hasOwn(config, 'CSVHeaderLocation')) {
    refuse(place, messages.requiredField('CSVHeaderLocation'));
  }
  if (config['CSVHeaderLocation'] === 'GIVEN' && !Object.hasOwn(config, 'CSVHeaders')) {
    refuse(place, messages.requiredFields(['CSVHeaders']));
  }
}
