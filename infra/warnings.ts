import type { IConstruct } from 'constructs';

/** The metadata that `Annotations.of(construct).addWarningV2` leaves. */
const WARNING = 'aws:cdk:warning';
/** That of `addError`, with which cdk-nag reports. */
const ERROR = 'aws:cdk:error';

export interface AcceptedWarning {
  /** What stands in `[ack: …]` at the end of the warning. */
  readonly id: string;
  readonly reason: string;
}

/** The warnings that do not fail the synthesis; `cdk synth` still prints them. */
export const acceptedWarnings: readonly AcceptedWarning[] = [
  {
    id: 'stepmill:one-instance',
    reason:
      'How many instances a project pays for is decided by its definition; the warning names the risk.',
  },
];

/**
 * Makes warnings of the CDK errors: one says, for example, that an alarm does not have the periods that
 * were written, and what a successful synthesis prints is rarely read.
 */
export function refuseWarnings(
  root: IConstruct,
  accepted: readonly AcceptedWarning[] = acceptedWarnings,
): void {
  root.node.addValidation({ validate: () => findWarnings(root, accepted) });
}

/** The warnings below a construct that no reason is written for. */
export function findWarnings(
  root: IConstruct,
  accepted: readonly AcceptedWarning[] = acceptedWarnings,
): string[] {
  const isAccepted = (text: string) => accepted.some(({ id }) => text.includes(`[ack: ${id}]`));
  return root.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === WARNING)
      .map(({ data }) => String(data))
      .filter((text) => !isAccepted(text))
      .map(
        (text) =>
          `${node.path}: warning: ${text}. Remove the cause, or write the reason to accept it in infra/warnings.ts.`,
      ),
  );
}

/** The errors below a construct, for which `cdk synth` fails after the app has ended. */
export function findErrors(root: IConstruct): string[] {
  return root.node
    .findAll()
    .flatMap(({ node }) =>
      node.metadata
        .filter(({ type }) => type === ERROR)
        .map(({ data }) => `${node.path}: error: ${String(data)}`),
    );
}
