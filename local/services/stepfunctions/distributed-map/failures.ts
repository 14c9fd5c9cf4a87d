/** Items could not be read: `States.ItemReaderFailed`. */
export class ItemReaderFailure extends Error {}

/** Results could not be written: `States.ResultWriterFailed`. */
export class ResultWriterFailure extends Error {}
