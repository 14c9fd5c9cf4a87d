import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Repository, RepositoryEncryption, TagMutability } from 'aws-cdk-lib/aws-ecr';
import { type IPrincipal, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Project } from '../../definition/index.ts';
import type { HandoverImages, Names } from '../../workflows/index.ts';
import { HandlerFunction } from '../handler-function.ts';
import { nameImageReaders } from './archive-readers.ts';
import { type Neighbor, type Neighbors, namesIn, roleOf, rolesOf } from './neighbor.ts';

/** What pulls an image by its digest. */
const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'] as const;
/** Of a service, which asks first which layers there are. */
const PULL_AS_SERVICE = ['ecr:BatchCheckLayerAvailability', ...PULL] as const;
const PUSH = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:CompleteLayerUpload',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:UploadLayerPart',
] as const;

/** The role has a fixed name, so that policies of the environments before can name it. IAM's names have no region. */
export function nameImageCopier({ qualified }: Names): string {
  return `${qualified}-handover-images`;
}

export interface ModelImagesProps {
  readonly project: Project;
  readonly names: Names;
  readonly neighbors: Neighbors;
  /** Whether the images are kept when the stack is deleted. */
  readonly retain: boolean;
  /** The roles that create models from packages. */
  readonly pulledBy: readonly (Role | undefined)[];
}

/**
 * The images that model packages name beside SageMaker's: a repository of the project, which the next environment reads,
 * and the function that copies from the one before.
 */
export class ModelImages extends Construct {
  /** What the handover into this environment does with images; undefined where models come from nowhere. */
  readonly handover: HandoverImages | undefined;
  readonly #repository: Repository;

  constructor(scope: Construct, id: string, props: ModelImagesProps) {
    super(scope, id);
    const { names, retain } = props;
    this.#repository = new Repository(this, 'Repository', {
      repositoryName: names.imageRepository,
      encryption: RepositoryEncryption.AES_256,
      imageScanOnPush: true,
      // A package may name a tag, and must mean the same image for ever.
      imageTagMutability: TagMutability.IMMUTABLE,
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      emptyOnDelete: !retain,
    });
    this.#letPull(props);
    this.#share(props);
    this.handover = this.#createHandover(props);
  }

  /** What serves here pulls what was copied, or what stays where it was pushed. */
  #letPull({ pulledBy, project, neighbors }: ModelImagesProps): void {
    const before = neighbors.shared?.before ?? [];
    for (const role of pulledBy) {
      role?.addToPolicy(
        new PolicyStatement({
          actions: [...PULL_AS_SERVICE],
          resources: [
            this.#repository.repositoryArn,
            ...before.map((environment) => this.#arnIn(environment, project)),
          ],
        }),
      );
    }
  }

  #share({ project, neighbors: { to, shared } }: ModelImagesProps): void {
    const copier = (environment: Neighbor) => nameImageCopier(namesIn(environment, project));
    if (shared === undefined) {
      if (to !== undefined) this.#allow('Handover', roleOf(this, to, copier(to)), PULL);
      return;
    }
    for (const environment of shared.after) {
      const readers = nameImageReaders(namesIn(environment, project));
      const principal = rolesOf(this, environment, [copier(environment), ...readers]);
      this.#allow(`SharedWith${environment.environment}`, principal, PULL_AS_SERVICE);
    }
  }

  #allow(sid: string, principal: IPrincipal, actions: readonly string[]): void {
    this.#repository.addToResourcePolicy(
      // The policy of a repository is about the repository: it names none.
      new PolicyStatement({ sid, principals: [principal], actions: [...actions] }),
    );
  }

  #createHandover(props: ModelImagesProps): HandoverImages | undefined {
    const { project, names, neighbors } = props;
    const { from, shared } = neighbors;
    if (from === undefined) return undefined;
    const sources = shared?.before ?? [from];
    const copier = new HandlerFunction(this, 'CopyImage', {
      handler: 'copy-image',
      description: 'Copies images of model packages from the environment before',
      memorySizeMb: 1769,
      timeout: Duration.minutes(15),
      environment: { STEPMILL_PROJECT: names.project, STEPMILL_ENVIRONMENT: names.environment },
      roleName: nameImageCopier(names),
    });
    const found = sources.map((environment) => this.#arnIn(environment, project));
    copier.allow(shared === undefined ? PULL : ['ecr:BatchGetImage'], found);
    if (shared === undefined) copier.allow(PUSH, [this.#repository.repositoryArn]);
    // A serverless endpoint takes no image of another account: https://github.com/aws/amazon-sagemaker-feedback/issues/181
    const isTaken = shared === undefined || project.serving.type !== 'serverless';
    return {
      copyImage: copier.function,
      accounts: [...new Set(sources.map(({ account }) => account))],
      from: isTaken ? sources.map((environment) => this.#uriIn(environment, project)) : [],
      to: shared === undefined ? this.#uri(Stack.of(this), names) : undefined,
    };
  }

  #arnIn(environment: Neighbor, project: Project): string {
    const { account, region } = environment;
    return Stack.of(this).formatArn({
      service: 'ecr',
      account,
      region,
      resource: 'repository',
      resourceName: namesIn(environment, project).imageRepository,
    });
  }

  #uriIn(environment: Neighbor, project: Project): string {
    return this.#uri(environment, namesIn(environment, project));
  }

  #uri(
    { account, region }: { readonly account: string; readonly region: string },
    { imageRepository }: Names,
  ): string {
    return `${account}.dkr.ecr.${region}.${Stack.of(this).urlSuffix}/${imageRepository}`;
  }
}
