/** Words with which Stepmill ends its own names; a project's name may not hold one. */
export const RESERVED_WORDS: readonly string[] = [
  'prepare',
  'train',
  'evaluate',
  'compare',
  'training',
  'promotion',
  'scoring',
  'monitoring',
  'trial',
];

/** Job names have at most 63 characters, and hold the name of the project. */
export const MAXIMUM_NAME_CHARACTERS = 24;

/** Lower-case words joined by single hyphens. */
export const PROJECT_NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
