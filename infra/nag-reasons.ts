import { NagSuppressions } from 'cdk-nag';
import type { ProjectStack } from './project-stack.ts';

/** Why findings of cdk-nag's AwsSolutions pack are accepted. */
export function explainFindings(stack: ProjectStack): void {
  NagSuppressions.addStackSuppressions(stack, []);
}
