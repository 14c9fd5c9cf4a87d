import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkStart, visibleLine } from '../../local/index.ts';
import { type DemoDataset, demoDataset } from '../demo/dataset.ts';
import { forgetState, SYNTHETIC_DATA_FILE } from '../runtime/forget-state.ts';
import { preparePython, SHARED_PYTHON_FOLDER } from '../runtime/run-runtime.ts';
import { synthesize } from '../runtime/synthesize.ts';
import { type Interruption, listenForInterruption } from '../terminal/interruption.ts';
import { bold, dim, green, red, seconds, type Terminal, yellow } from '../terminal/terminal.ts';
import { UserError } from '../terminal/user-error.ts';
import { setDeliveryScene } from './delivery-scene.ts';
import { type Scene, type SceneOptions, STORY_SPEED, setScene } from './scene.ts';
import { contextOf, type Scenery } from './scenery.ts';
import { setStage, storyServing } from './stage.ts';
import { deliveryStories, stories, watchingStories } from './stories.ts';
import type { DeliveryStory, Proof, Story, WatchingStory } from './story.ts';

const FOLDER = join('.stepmill', 'stories');

export interface TellOptions {
  readonly port: number;
  readonly speed: number;
  /** Where the story's state is kept. @default a folder of its own, removed at the end */
  readonly state?: string;
  readonly data?: string;
  readonly context: readonly string[];
  readonly keep?: boolean;
  readonly logs?: boolean;
  readonly verbose?: boolean;
}

type AnyStory = DeliveryStory | Story | WatchingStory;

const allStories: readonly AnyStory[] = [...stories, ...watchingStories, ...deliveryStories];

/** The list of stories, a line each. */
export function listStories(): readonly string[] {
  const width = Math.max(...allStories.map(({ name }) => name.length));
  return allStories.map(
    ({ name, title }, index) =>
      `  ${String(index + 1).padStart(2)}  ${bold(name.padEnd(width))}  ${title}`,
  );
}

/** Finds a story by its name or its number. @throws UserError naming all stories */
export function findStory(name: string): AnyStory {
  const story = allStories.find(
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
 * Plays a story in its own runtime, and shows it.
 *
 * @returns whether it passed
 */
export async function tellStory(
  story: AnyStory,
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
  const { scene, endedWell } = played;
  if (options.keep === true) {
    terminal.print(`\nStill running, until Ctrl-C: export AWS_ENDPOINT_URL=${scene.endpoint}`);
    await interruption.asked;
  }
  await scene.close();
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
  story: AnyStory,
  state: string,
  options: TellOptions,
  audience: Audience,
): Promise<{ readonly scene: OpenScene; readonly endedWell: boolean }> {
  const prepared = await prepare(story, state, options, audience);
  const { scene } = prepared;
  try {
    return { scene, endedWell: await judge(prepared, audience.terminal) };
  } catch (error) {
    await scene.close();
    throw error;
  }
}

/** A runtime that is up. */
type OpenScene = Pick<Scene, 'close' | 'endpoint'>;

/** A scene, and the story that is played on it. */
interface PreparedStory {
  readonly scene: OpenScene;
  play(): Promise<readonly Proof[]>;
}

async function prepare(
  story: AnyStory,
  state: string,
  options: TellOptions,
  audience: Audience,
): Promise<PreparedStory> {
  if ('deliver' in story) return setDelivery(story, state, options, audience);
  const sceneOptions = await prepareScene(story, state, options, audience);
  return 'watch' in story ? setWatching(story, sceneOptions) : setPlay(story, sceneOptions);
}

async function setDelivery(
  story: DeliveryStory,
  state: string,
  { port, speed, verbose = false }: TellOptions,
  { terminal, interruption: { signal } }: Audience,
): Promise<PreparedStory> {
  await preparePython(SHARED_PYTHON_FOLDER, terminal, signal);
  const program = process.argv[1] ?? '';
  const scene = await setDeliveryScene({ program, state, speed, port, verbose, terminal });
  return { scene, play: () => story.deliver(scene) };
}

async function setPlay(story: Story, options: SceneOptions): Promise<PreparedStory> {
  const scene = await setStage(options);
  return {
    scene,
    async play() {
      await scene.promotions.quiet();
      return (await story.play(scene)).proofs;
    },
  };
}

async function setWatching(story: WatchingStory, options: SceneOptions): Promise<PreparedStory> {
  const scene = await setScene({ ...options, project: story.scenery.project });
  return {
    scene,
    async play() {
      await scene.promotions.quiet();
      return story.watch(scene);
    },
  };
}

async function prepareScene(
  story: Story | WatchingStory,
  state: string,
  options: TellOptions,
  { terminal, interruption: { signal } }: Audience,
): Promise<SceneOptions> {
  const { file, origin } =
    'watch' in story && options.data === undefined
      ? writeRows(story.scenery, state, terminal)
      : await demoDataset(options.data, state, terminal);
  const assembly = await synthesize(FOLDER, terminal, {
    assembly: join(FOLDER, 'cdk.out'),
    context: [...options.context, 'console=false', ...contextOfStory(story)],
    signal,
  });
  await preparePython(SHARED_PYTHON_FOLDER, terminal, signal);
  terminal.print(`\nFirst a good model is trained (${origin}) and goes live.`);
  return {
    program: process.argv[1] ?? '',
    state,
    assembly,
    speed: options.speed,
    port: options.port,
    verbose: options.verbose ?? false,
    logs: options.logs ?? false,
    data: file,
    terminal,
  };
}

/** What `cdk synth -c` sets for it. */
function contextOfStory(story: Story | WatchingStory): readonly string[] {
  const settings =
    'watch' in story
      ? contextOf(story.scenery)
      : { serving: JSON.stringify({ abalone: storyServing }) };
  return Object.entries(settings).map(([name, value]) => `${name}=${value}`);
}

/** Made up, so that the story knows what is in them. */
function writeRows({ rows, makeData }: Scenery, state: string, terminal: Terminal): DemoDataset {
  mkdirSync(state, { recursive: true });
  const file = join(state, SYNTHETIC_DATA_FILE);
  writeFileSync(file, makeData());
  terminal.note(
    `${yellow('!')} This run uses SYNTHETIC ${rows}. Its metrics say nothing about real ones. Give the real file with --data.`,
  );
  return { file, origin: `synthetic ${rows}` };
}

async function judge(story: PreparedStory, terminal: Terminal): Promise<boolean> {
  const startedAt = performance.now();
  const proofs = await story.play();
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
