import { visibleText } from '../local/host/visible-text.ts';
import { buildConsole } from './api/build-console.ts';
import { HandlerBundles } from './bundle-handler.ts';
import { loadProjects } from './project-files/load-projects.ts';
import { isMistake, synthesizeApp } from './synthesize-app.ts';

/** Entry of `cdk synth`; needs no account. Settings are context: `-c environment=staging`. */
const handlers = new HandlerBundles(process.cwd());
try {
  const [projects] = await Promise.all([
    loadProjects(process.cwd()),
    handlers.build(),
    buildConsole(process.cwd()),
  ]);
  synthesizeApp(projects);
} catch (error) {
  if (!isMistake(error)) throw error;
  process.stderr.write(`${visibleText(error.message)}\n`);
  process.exitCode = 1;
} finally {
  await handlers.end();
}
