import { createInterface } from 'node:readline';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LiveApp } from './live/live-app.ts';
import { isMistake } from './synthesize-app.ts';

/**
 * Entry of the process that keeps the app loaded while `npm start` watches its files. Reads
 * `{"assembly", "context"}`, and then for each update `{"changed": […], "all"}` and `{"complete": true}`, a line each,
 * and answers each with a line.
 */
interface Beginning {
  readonly assembly: string;
  readonly context: Readonly<Record<string, unknown>>;
}

// esbuild collects garbage less often, which takes 40 % off the time of a bundle.
process.env['GOGC'] ??= '400';

// Libraries print to standard output, which is reserved for answers.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);

let app: LiveApp | undefined;
/** Requests and the warm-up run one after the other. */
let work: Promise<unknown> = Promise.resolve();
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  work = work.then(async () => {
    const answer = await respond(JSON.parse(line) as unknown);
    write(`${JSON.stringify(answer)}\n`);
  });
});
lines.on('close', () => process.exit());

async function respond(message: unknown): Promise<object> {
  try {
    return app === undefined
      ? await begin(message as Beginning)
      : await update(app, message as UpdateMessage);
  } catch (error) {
    if (isMistake(error)) return { mistakes: error.message };
    return { mistakes: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

async function begin({ assembly, context }: Beginning): Promise<object> {
  const begun = new LiveApp({ folder: process.cwd(), assembly, context });
  await begun.load();
  app = begun;
  const steps = begun.warmUp();
  // A request during the warm-up waits for one step only.
  const step = () => {
    work = work
      .then(() => nextTurn())
      .then(() => {
        if (steps.next().done !== true) step();
      });
  };
  step();
  return { ready: true };
}

type UpdateMessage =
  | { readonly changed: readonly string[]; readonly all: boolean; readonly complete?: undefined }
  | { readonly complete: true };

async function update(running: LiveApp, message: UpdateMessage): Promise<object> {
  if (message.complete === true) return { update: running.complete() };
  return { swap: await running.prepare(message.changed, message.all) };
}
