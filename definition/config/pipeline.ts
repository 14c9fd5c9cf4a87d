import * as z from 'zod';
import { addressSchema } from './address.ts';
import { placeFields } from './place.ts';

/** As CodePipeline takes them: `main`, `release-*`, `docs/**`. */
const patternSchema = z.string().min(1).max(255);

/** CodePipeline takes eight patterns of a kind. */
const MAXIMUM_PATTERNS = 8;
const patternsSchema = z.array(patternSchema).min(1).max(MAXIMUM_PATTERNS);

/** One branch, as git names them: GitHub's tokens and the actions of a pipeline name it, and no wildcard matches there. */
const branchSchema = z
  .string()
  .max(255)
  .regex(
    /^(?!.*\.\.)[^\s~^:?*[\\]+$/,
    'the name of one branch, for example main; it may hold no wildcards',
  )
  .default('main');

const connectionSchema = z
  .strictObject({
    /** Of CodeConnections, to GitHub, GitLab or Bitbucket. Its authorization is finished in the console. */
    connection: z
      .string()
      .regex(
        /^arn:aws[\w-]*:(codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection\/[\w-]+$/,
        'the ARN of a connection, arn:aws:codeconnections:REGION:ACCOUNT:connection/ID',
      ),
    repository: z
      .string()
      .regex(/^[^/\s]+(\/[^/\s]+)+$/, 'the full name of a repository, for example owner/name'),
    /** The branch that is delivered, and that manual starts take. */
    branch: branchSchema,
    /** Delivers pushed tags that match one of these patterns, in place of pushes to the branch. */
    tags: patternsSchema.optional(),
    /** Files whose changes start the pipeline. @default all but documentation */
    paths: z
      .strictObject({ includes: patternsSchema.optional(), excludes: patternsSchema.optional() })
      .optional(),
  })
  .refine(({ tags, paths }) => tags === undefined || paths === undefined, {
    message: 'must not be there with tags: CodePipeline filters files of branches only',
    path: ['paths'],
  });

const codeCommitSchema = z.strictObject({
  /** The name of a repository in the pipeline's account and region. */
  codecommit: z
    .string()
    .regex(
      /^[\w.-]{1,100}$/,
      'the name of a repository: letters, digits, dots, hyphens and underscores',
    ),
  branch: branchSchema,
});

const GITHUB_ID = /^[1-9]\d*$/;

/** The steps run as GitHub Actions, and the stack has no pipeline: only the roles that they take on. */
const githubSchema = z.strictObject({
  github: z
    .string()
    .regex(
      /^[A-Za-z0-9][\w-]*\/(?!\.{1,2}$)[\w.-]+$/,
      'the full name of a repository on GitHub, owner/name',
    ),
  branch: branchSchema,
  /**
   * The ids of owner and repository, which GitHub's tokens name since 2026-07-15: `gh api repos/OWNER/NAME`. Needed for
   * repositories that were created or renamed since.
   */
  ids: z
    .strictObject({
      owner: z.string().regex(GITHUB_ID, 'the id of the owner, digits in quotes'),
      repository: z.string().regex(GITHUB_ID, 'the id of the repository, digits in quotes'),
    })
    .optional(),
});

/** CodeBuild keeps no more groups of reports apart than these: one for each pattern. */
const MAXIMUM_REPORTS = 5;
const MAXIMUM_COMMANDS = 20;
const commandSchema = z.string().min(1).max(1_000);

/** As ECR names them. */
const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const;

/** The stack `stepmill-delivery`: where it is, whose commits it delivers, and what these go through. */
export const pipelineSchema = z.strictObject({
  ...placeFields,
  /** A repository behind a connection, one of CodeCommit, or one whose steps GitHub runs. */
  source: z.union([connectionSchema, codeCommitSchema, githubSchema]),
  /** Installs what the other commands need. */
  install: commandSchema.default('npm ci'),
  /** The repository's own checks and tests, as its README names them. */
  checks: z
    .array(commandSchema)
    .min(1)
    .max(MAXIMUM_COMMANDS)
    .default([
      'npm run check',
      'npm run test:unit -- --reporter=default --reporter=junit --outputFile.junit=reports/unit.xml',
    ]),
  /** Files with the results of the tests, in JUnit's format. */
  reports: z.array(patternSchema).max(MAXIMUM_REPORTS).default(['reports/*.xml']),
  /**
   * By project: a data set in the repository, on which each commit trains in the first environment. A model below the gate
   * stops the delivery. The data never change with the commit's own, so that commits can be compared.
   */
  references: z.record(z.string(), z.string().min(1)).default({}),
  /** Of what ECR's scan of an image finds, the severities that stop a delivery. */
  refusedSeverities: z.array(z.enum(SEVERITIES)).default(['CRITICAL', 'HIGH']),
  /** For how long the alarms of an environment are watched after a deployment. */
  bakeMinutes: z.int().min(0).max(120).default(15),
  /** Mail and https addresses that hear of failed deliveries and of approvals that wait. @default none */
  notify: z.array(addressSchema).default([]),
});

export type Pipeline = z.output<typeof pipelineSchema>;
