/**
 * Reads every record of a store once, in a process of its own: LMDB follows what a damaged page says, and
 * may end the process that reads it. Prints what is damaged as JSON; ends with another status than 0, or by
 * a signal, where the file cannot be read through.
 *
 *     node verify-store.mjs FOLDER
 */
import { crc32 } from 'node:zlib';
import { ABORT, open } from 'lmdb';

const MARK = 0xc1;
const HEADER_BYTES = 6;
const MAXIMUM_DATABASES = 2_048;

const [folder = '.'] = process.argv.slice(2);
const root = open({
  path: folder,
  maxDbs: MAXIMUM_DATABASES,
  compression: false,
  noSync: true,
  eventTurnBatching: false,
});

/** @param {Buffer} row */
function problemOf(row) {
  if (row.length === 0) return 'it is empty';
  if (row.length < HEADER_BYTES || row[0] !== MARK) return 'it does not begin as records do';
  const payload = row.subarray(HEADER_BYTES);
  return row.readUInt32BE(2) === crc32(payload) ? undefined : 'its checksum is wrong';
}

const names = [...root.getKeys()];
const damaged = [];
let sealed = false;
for (const name of names) {
  const database = root.openDB({ name, keyEncoding: 'binary', encoding: 'binary', create: false });
  if (database === undefined) throw new Error(`${String(name)} is not a table`);
  const { entryCount } = database.getStats();
  let seen = 0;
  for (const { key, value } of database.getRange()) {
    seen += 1;
    if (seen > entryCount) throw new Error(`${String(name)} has more rows than it counts`);
    const problem = problemOf(value);
    if (problem === undefined) sealed = true;
    else damaged.push({ table: name, key: key.toString('base64'), problem });
  }
  if (seen !== entryCount) throw new Error(`${String(name)} has ${seen} of ${entryCount} rows`);
}
// A transaction reads the list of free pages; it is given up.
root.transactionSync(() => {
  if (names.length > 0) {
    const database = root.openDB({ name: names[0], keyEncoding: 'binary', encoding: 'binary' });
    void database.put(Buffer.from([0xfe]), Buffer.alloc(1));
  }
  return ABORT;
});
process.stdout.write(JSON.stringify({ sealed, damaged }));
