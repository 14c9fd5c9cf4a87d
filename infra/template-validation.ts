import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  App,
  CloudFormationValidatePlugin,
  type IPolicyValidationContext,
  type PolicyValidationPluginReport,
} from 'aws-cdk-lib';

/** How many templates are remembered; the oldest are forgotten first. */
const REMEMBERED = 500;

/**
 * The CDK's own validation against CloudFormation's schemas, which takes seconds: templates without findings
 * are remembered, and not validated again by the same version.
 */
export class RememberingValidation extends CloudFormationValidatePlugin {
  readonly #memory: string;

  /** @param memory the file with the digests of the templates */
  constructor(memory: string) {
    super();
    this.#memory = memory;
  }

  override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const known = this.#read();
    const unknown = context.stackTemplates
      .map((template) => ({ template, digest: digestOf(this.version ?? '', template) }))
      .filter(({ digest }) => !known.includes(digest));
    if (unknown.length === 0) return { success: true, violations: [] };
    const report = super.validate({
      ...context,
      stackTemplates: unknown.map(({ template }) => template),
    });
    if (report.violations.length === 0) {
      this.#write([...known, ...unknown.map(({ digest }) => digest)]);
    }
    return report;
  }

  /** Validates a template, also where it is remembered. */
  validateAgain(templatePath: string): void {
    super.validate({
      stackTemplates: [
        {
          stackConstructPath: templatePath,
          templatePath,
          accountId: undefined,
          region: undefined,
        },
      ],
      templatePaths: [templatePath],
      appConstruct: new App(),
    });
  }

  #read(): readonly string[] {
    return existsSync(this.#memory) ? readFileSync(this.#memory, 'utf8').split('\n') : [];
  }

  #write(digests: readonly string[]): void {
    mkdirSync(dirname(this.#memory), { recursive: true });
    const draft = `${this.#memory}.${process.pid}`;
    writeFileSync(draft, digests.slice(-REMEMBERED).join('\n'));
    renameSync(draft, this.#memory);
  }
}

type StackTemplate = IPolicyValidationContext['stackTemplates'][number];

function digestOf(version: string, { templatePath, accountId, region }: StackTemplate): string {
  return createHash('sha256')
    .update(JSON.stringify([version, accountId ?? null, region ?? null]))
    .update(readFileSync(templatePath))
    .digest('hex');
}
