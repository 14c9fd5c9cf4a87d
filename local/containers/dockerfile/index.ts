export type { Directives } from './directives.ts';
export { DockerfileError } from './dockerfile-error.ts';
export { type ExpandOptions, expandWord, expandWords, type Variables } from './expand.ts';
export { cleanPath, type IgnoreRule, pathExpression, readIgnoreFile } from './ignore-file.ts';
export type * from './instruction.ts';
export { type Dockerfile, parseDockerfile, type Stage } from './parse-dockerfile.ts';
