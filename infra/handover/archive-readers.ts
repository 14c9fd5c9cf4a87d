import { type CfnRole, type Role } from 'aws-cdk-lib/aws-iam';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import {
  type Names,
  openForeignObjects,
  type ProjectResources,
  readSharedArchives,
} from '../../workflows/index.ts';
import type { JobRoles } from '../job-roles.ts';

/** The roles of an environment that read archives of models, beside that of the handover. */
const readers = ['promotion', 'serve', 'train', 'evaluate', 'compare', 'score', 'explain'] as const;
type Reader = (typeof readers)[number];

/**
 * Their names, also of those that the environment does not have. They are fixed where models are shared, so that policies of
 * the accounts before can name them. IAM's names have no region; an environment is in one.
 */
export function nameArchiveReaders(names: Names): readonly string[] {
  return readers.map((reader) => nameReader(names, reader));
}

/** Those that read what is in the archives, and so need their key: all but the promotion, which asks for entity tags alone. */
export function nameKeyReaders(names: Names): readonly string[] {
  return readers
    .filter((reader) => reader !== 'promotion')
    .map((reader) => nameReader(names, reader));
}

/** Those that create models, and so pull their images. */
export function nameImageReaders(names: Names): readonly string[] {
  return (['serve', 'score'] as const).map((reader) => nameReader(names, reader));
}

function nameReader({ qualified }: Names, reader: Reader): string {
  return `${qualified}-handover-${reader}`;
}

export interface ArchiveReadersProps {
  readonly resources: ProjectResources;
  readonly roles: JobRoles;
  readonly promotion: StateMachine;
  /** Of the function or the tasks that serve, where SageMaker does not. */
  readonly modelRole: Role | undefined;
}

/** Lets the roles that need a model read it where it was trained, in an account before; nothing where models are copied. */
export function letReadArchives(scope: Construct, props: ArchiveReadersProps): void {
  const { resources, roles, promotion, modelRole } = props;
  if (resources.sharedFrom === undefined) return;
  const { train, evaluate, compare } = roles.jobRoles;
  // A role may do the work of several steps; it has the name of the first.
  const found: readonly (readonly [Reader, Role | undefined])[] = [
    ['promotion', promotion.role as Role],
    ['serve', roles.servingRole ?? modelRole],
    ...(train === evaluate ? ([['train', train]] as const) : ([['evaluate', evaluate]] as const)),
    ['compare', compare],
    ['score', roles.scoringRole],
    ['explain', roles.watchingRoles.explain],
  ];
  for (const [reader, role] of found) {
    if (role === undefined) continue;
    (role.node.defaultChild as CfnRole).roleName = nameReader(resources.names, reader);
    const statements = [
      ...readSharedArchives(scope, resources),
      // A promotion asks for entity tags alone, which need no key.
      ...(reader === 'promotion' ? [] : openForeignObjects(scope, resources.keysFrom ?? [])),
    ];
    for (const statement of statements) role.addToPolicy(statement);
  }
}
