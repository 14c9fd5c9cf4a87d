import type { ProjectStack } from './project-stack.ts';

export function validateDefinitions(_stack: ProjectStack): void {}
export function validateRules(_stack: ProjectStack): void {}
