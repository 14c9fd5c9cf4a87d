import { type Answers, scriptedClients } from '../../operations/scripted-clients.testing.ts';
import type { Connection } from './connection.ts';

/** A connection to an AWS that answers as a test says. */
export function scriptedConnection(answers: Answers): Connection {
  return { isLocal: true, namedRegion: undefined, pollMs: 0, ...scriptedClients(answers) };
}
