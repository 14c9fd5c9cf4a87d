import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App } from 'aws-cdk-lib';
import { type Scene, type SceneOptions, STORY_SPEED, setScene } from '../../cli/stories/scene.ts';
import { contextOf, type Scenery } from '../../cli/stories/scenery.ts';
import { type Stage, setStage, storyServing } from '../../cli/stories/stage.ts';
import { writtenTerminal } from '../../cli/terminal/written-terminal.testing.ts';
import type { Project } from '../../definition/index.ts';
import { addProjectStacks } from '../../infra/app.ts';
import { preparePythonEnvironment } from '../../local/index.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import { adherence } from '../../projects/adherence/project.ts';
import { removeFolder } from '../remove-folder.ts';

const SAMPLE_SEED = 4;

export interface TestStage {
  readonly stage: Stage;
  /** Stops all processes and removes all files. */
  close(): Promise<void>;
}

export interface TestScene<Kind extends Scene> {
  readonly scene: Kind;
  /** Stops all processes and removes all files. */
  close(): Promise<void>;
}

export interface TestStageOptions {
  /** @default Abalone */
  readonly project?: Project;
  /** The changed members of `serving`. @default those of the stories */
  readonly serving?: Readonly<Record<string, unknown>>;
}

/** The stage of `npm run demo -- --story`, without output. */
export async function setTestStage({
  project = abalone,
  serving = storyServing,
}: TestStageOptions = {}): Promise<TestStage> {
  const data = { name: 'abalone.csv', text: generateAbaloneSample(SAMPLE_SEED) };
  const test = await setTest(setStage, {
    project,
    context: { serving: { [project.name]: serving } },
    data,
  });
  return { stage: test.scene, close: () => test.close() };
}

/**
 * The scene of the stories of a model that is watched, without output.
 *
 * @param settings further settings of the app's context
 */
export function setTestScene(
  scenery: Scenery,
  settings: Readonly<Record<string, string>> = {},
): Promise<TestScene<Scene>> {
  const project = [abalone, adherence].find(({ name }) => name === scenery.project);
  if (project === undefined) throw new Error(`The tests have no project ${scenery.project}.`);
  const data = { name: `${project.name}.csv`, text: scenery.makeData() };
  return setTest(setScene, { project, context: { ...contextOf(scenery), ...settings }, data });
}

interface TestOptions {
  readonly project: Project;
  /** The context of the CDK app. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly data: { readonly name: string; readonly text: string };
}

async function setTest<Kind extends Scene>(
  set: (options: SceneOptions) => Promise<Kind>,
  { project, context, data }: TestOptions,
): Promise<TestScene<Kind>> {
  const folder = await mkdtemp(join(tmpdir(), 'stepmill-stories-'));
  const forget = () => removeFolder(folder);
  try {
    await promisify(execFile)(process.execPath, ['build.mjs']);
    await preparePythonEnvironment({ folder: '.stepmill/python' });
    await writeFile(join(folder, data.name), data.text);
    const scene = await set({
      program: 'dist/cli/main.js',
      state: join(folder, 'state'),
      assembly: await synthesize(join(folder, 'assembly'), project, context),
      speed: STORY_SPEED,
      port: 0,
      verbose: false,
      project: project.name,
      data: join(folder, data.name),
      terminal: writtenTerminal(),
    });
    return {
      scene,
      async close() {
        await scene.close();
        await forget();
      },
    };
  } catch (error) {
    await forget();
    throw error;
  }
}

/** Synthesizes as `cdk synth` does, with the settings of `cdk.json`. */
async function synthesize(
  outdir: string,
  project: Project,
  changes: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { context } = JSON.parse(await readFile('cdk.json', 'utf8')) as {
    context: Record<string, unknown>;
  };
  const app = new App({ context: { ...context, ...changes }, outdir });
  addProjectStacks(app, [project]);
  app.synth();
  return outdir;
}
