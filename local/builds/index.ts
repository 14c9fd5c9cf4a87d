export {
  type ArchiveFile,
  ArtifactError,
  MAX_ARTIFACT_BYTES,
  readArchive,
  writeArchive,
} from './archive.ts';
export { findPattern } from './bounded-pattern.ts';
export {
  type Buildspec,
  type BuildspecArtifact,
  BuildspecError,
  type BuildspecReport,
  parseBuildspec,
} from './buildspec.ts';
export { matching } from './file-patterns.ts';
export { MAX_TEST_CASES, ReportUnreadable, readJUnit, type TestResult } from './junit.ts';
export { LogBudget } from './log-budget.ts';
export {
  type CommandPhase,
  type PhaseFailure,
  type PhaseObserver,
  runPhases,
} from './run-phases.ts';
export { BuildShell, type BuildShellOptions, SOURCE_FOLDER_VARIABLE } from './shell.ts';
