import { relative } from 'node:path';
import {
  type ContainerMode,
  describeImages,
  type ReportedImage,
  visibleLine,
} from '../../local/index.ts';
import { dim, type Terminal, yellow } from '../terminal/terminal.ts';

/** Prints how each image of the app will run, with the lines of its Dockerfile that keep it from running. */
export async function reportImages(
  assembly: string,
  mode: ContainerMode,
  terminal: Terminal,
): Promise<void> {
  for (const image of await describeImages(assembly, { mode })) {
    for (const line of linesOf(image, mode)) terminal.note(line);
  }
}

function linesOf(image: ReportedImage, mode: ContainerMode): readonly string[] {
  const { engine, refusals, way } = image;
  const name = visibleLine(image.name);
  const places = refusals.map(({ instruction, line, reason }) => {
    const place = `${relative(process.cwd(), image.file)}:${line}`;
    return `    ${dim(visibleLine(`${place}: ${instruction}: ${reason}`))}`;
  });
  if (way === 'process') return [`  Image ${name} ${dim('runs as processes')}`];
  if (way === 'engine') {
    return [
      `  Image ${name} ${dim(`runs with ${engine?.name ?? 'a container engine'}`)}`,
      ...places,
    ];
  }
  return [`  ${yellow('!')} Image ${name} cannot run: ${whyNot(mode)}`, ...places];
}

function whyNot(mode: ContainerMode): string {
  if (mode === 'engine') return 'neither docker, podman, finch nor nerdctl answers.';
  const only = 'only a container engine can run these lines';
  if (mode === 'process') return `${only}, and --containers process uses none.`;
  return `${only}, and neither docker, podman, finch nor nerdctl answers.`;
}
