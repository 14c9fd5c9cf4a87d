import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CloudFormationValidatePlugin } from 'aws-cdk-lib';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RememberingValidation } from './template-validation.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-validation-'));
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const queue = (timeout: unknown) => ({
  Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: timeout } } },
});

/** The findings of a new process, with the memory of former processes. */
function validate(templates: Readonly<Record<string, object>>) {
  const stackTemplates = Object.entries(templates).map(([name, template]) => {
    const templatePath = join(folder, `${name}.template.json`);
    writeFileSync(templatePath, JSON.stringify(template));
    return { stackConstructPath: name, templatePath, accountId: undefined, region: undefined };
  });
  const validation = new RememberingValidation(join(folder, 'memory', 'validated'));
  return validation.validate({
    stackTemplates,
    templatePaths: stackTemplates.map(({ templatePath }) => templatePath),
    appConstruct: new App(),
  });
}

/** The CDK's validation takes seconds; here it finds timeouts that are not numbers. */
function simulateFindings() {
  return vi
    .spyOn(CloudFormationValidatePlugin.prototype, 'validate')
    .mockImplementation(({ stackTemplates }) => {
      const wrong = stackTemplates.filter(({ templatePath }) =>
        readFileSync(templatePath, 'utf8').includes('many'),
      );
      const violations = wrong.map(({ stackConstructPath: description }) => ({
        ruleName: 'type',
        description,
        violatingResources: [],
      }));
      return { success: violations.length === 0, violations };
    });
}

it('validates a template again only where it changed', () => {
  const inner = simulateFindings();

  const reports = [
    validate({ one: queue(30), two: queue(60) }),
    validate({ one: queue(30), two: queue(60) }),
    validate({ one: queue(31), two: queue(60) }),
  ];

  expect(reports.map(({ violations }) => violations)).toEqual([[], [], []]);
  const validated = inner.mock.calls.map(([{ stackTemplates }]) =>
    stackTemplates.map(({ stackConstructPath }) => stackConstructPath),
  );
  expect(validated).toEqual([['one', 'two'], ['one']]);
});

it('repeats the findings of a template until it has none', () => {
  simulateFindings();

  expect(validate({ one: queue('many') }).violations).toHaveLength(1);
  expect(validate({ one: queue('many') }).violations).toHaveLength(1);
  expect(validate({ one: queue(30) }).violations).toEqual([]);
});
