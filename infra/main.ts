import { App } from 'aws-cdk-lib';
import { visibleText } from '../local/host/visible-text.ts';
import { buildConsole } from './api/build-console.ts';
import { HandlerBundles } from './bundle-handler.ts';
import { readContextSettings } from './environment-settings.ts';
import { loadApp } from './project-files/load-app.ts';
import { isMistake, synthesizeApp } from './synthesize-app.ts';

/** Entry of `cdk synth`; needs no account. Settings are context: `-c environment=staging`. */
const handlers = new HandlerBundles(process.cwd());
try {
  const [files] = await Promise.all([
    // Reads the context only; the app of the stacks comes when its files are known.
    loadApp(process.cwd(), readContextSettings(new App({ autoSynth: false }))),
    handlers.build(),
    buildConsole(process.cwd()),
  ]);
  synthesizeApp(
    files,
    {},
    { console: true, onEnvironment: (name) => process.stderr.write(`Synthesizing ${name} ...\n`) },
  );
} catch (error) {
  if (!isMistake(error)) throw error;
  process.stderr.write(`${visibleText(error.message)}\n`);
  process.exitCode = 1;
} finally {
  await handlers.end();
}
