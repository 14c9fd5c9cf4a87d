import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join('.stepmill', 'delivery');

/** Hands a value on to later steps: CodeBuild's commands read the file, GitHub's jobs read its own. */
export function exportVariable(name: string, value: string): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, name), value);
  const outputs = process.env['GITHUB_OUTPUT'];
  if (outputs !== undefined) appendFileSync(outputs, `${name}=${value.replaceAll('\n', ' ')}\n`);
}
