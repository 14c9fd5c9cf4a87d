import { join, resolve } from 'node:path';
import { checkStart, visibleLine } from '../../local/index.ts';
import { demoDataset } from '../demo/dataset.ts';
import { forgetState } from '../runtime/forget-state.ts';
import { preparePython, SHARED_PYTHON_FOLDER } from '../runtime/run-runtime.ts';
import { synthesize } from '../runtime/synthesize.ts';
import { type Interruption, listenForInterruption } from '../terminal/interruption.ts';
import { bold, dim, green, red, seconds, type Terminal } from '../terminal/terminal.ts';
import { UserError } from '../terminal/user-error.ts';
import { STORY_SPEED, type Stage, setStage, storyServing } from './stage.ts';
import { stories } from './stories.ts';
import type { Story } from './story.ts';

const FOLDER = join('.stepmill', 'stories');

export interface TellOptions {
  readonly port: number;
  readonly speed: number;
  /** Where the story's state is kept. @default a folder of its own, removed at the end */
  readonly state?: string;
  readonly data?: string;
  readonly keep?: boolean;
  readonly logs?: boolean;
  readonly verbose?: boolean;
}

/** The list of stories, a line each. */
export function listStories(): readonly string[] {
  const width = Math.max(...stories.map(({ name }) => name.length));
  return stories.map(
    ({ name, title }, index) =>
      `  ${String(index + 1).padStart(2)}  ${bold(name.padEnd(width))}  ${title}`,
  );
}

/** Finds a story by its name or its number. @throws UserError naming all stories */
export function findStory(name: string): Story {
  const story = stories.find(
    (candidate, index) => candidate.name === name || String(index + 1) === name,
  );
  if (story !== undefined) return story;
  throw new UserError(
    [`No story is called "${name}"; nothing was started. The stories:`, ...listStories()].join(
      '\n',
    ),
  );
}

/**
 * Plays a story of promotion in its own runtime, and shows it.
 *
 * @returns whether it passed
 */
export async function tellStory(
  story: Story,
  options: TellOptions,
  terminal: Terminal,
): Promise<boolean> {
  if (options.speed > STORY_SPEED) {
    throw new UserError(
      `--speed ${options.speed} is too fast for a story; nothing was started. At more than ${STORY_SPEED}, the minute of an alarm ends before enough requests were sent.`,
    );
  }
  const state = resolve(options.state ?? join(FOLDER, 'state'));
  await checkStart({ stateFolder: state, port: options.port });
  forgetState(state);
  terminal.print(bold(story.title));
  const interruption = listenForInterruption();
  const played = await Promise.race([
    prepareAndPlay(story, state, options, { terminal, interruption }),
    interruption.asked.then(() => undefined),
  ]);
  if (played === undefined) {
    terminal.note('Interrupted; the story was not finished.');
    // Otherwise loads and polls continue. The runtime ends with this process; its state is deleted at the next story.
    process.exit(EXIT_CODE_OF_INTERRUPTED);
  }
  const { stage, endedWell } = played;
  if (options.keep === true) {
    terminal.print(`\nStill running, until Ctrl-C: export AWS_ENDPOINT_URL=${stage.endpoint}`);
    await interruption.asked;
  }
  await stage.close();
  if (options.keep === true) terminal.print(dim(`State: ${state}`));
  else forgetState(state);
  return endedWell;
}

const EXIT_CODE_OF_INTERRUPTED = 130;

/** The terminal of a story, and the signal that ends it early. */
interface Audience {
  readonly terminal: Terminal;
  readonly interruption: Interruption;
}

async function prepareAndPlay(
  story: Story,
  state: string,
  options: TellOptions,
  audience: Audience,
): Promise<{ readonly stage: Stage; readonly endedWell: boolean }> {
  const stage = await prepareStage(state, options, audience);
  try {
    return { stage, endedWell: await play(story, stage, audience.terminal) };
  } catch (error) {
    await stage.close();
    throw error;
  }
}

async function prepareStage(
  state: string,
  options: TellOptions,
  { terminal, interruption: { signal } }: Audience,
): Promise<Stage> {
  const { file, origin } = await demoDataset(options.data, state, terminal);
  const assembly = await synthesize(FOLDER, terminal, {
    assembly: join(FOLDER, 'cdk.out'),
    context: { console: 'false', serving: JSON.stringify({ abalone: storyServing }) },
    signal,
  });
  await preparePython(SHARED_PYTHON_FOLDER, terminal, signal);
  terminal.print(`\nFirst a good model is trained (${origin}) and goes live.`);
  return setStage({
    program: process.argv[1] ?? '',
    state,
    assembly,
    speed: options.speed,
    port: options.port,
    verbose: options.verbose ?? false,
    logs: options.logs ?? false,
    data: file,
    terminal,
  });
}

async function play(story: Story, stage: Stage, terminal: Terminal): Promise<boolean> {
  await stage.promotions.quiet();
  const startedAt = performance.now();
  const { proofs } = await story.play(stage);
  const elapsed = seconds(performance.now() - startedAt);
  terminal.print(`\n${bold('How it ended')}`);
  for (const { statement, holds } of proofs) {
    terminal.print(`  ${holds ? green('✓') : red('✗')} ${visibleLine(statement)}`);
  }
  const endedWell = proofs.every(({ holds }) => holds);
  terminal.print(
    endedWell
      ? `\n${green('✓')} The story ended as it should, after ${elapsed} of real time.`
      : `\n${red('✗')} The story did not end as it should (after ${elapsed} of real time).`,
  );
  return endedWell;
}
