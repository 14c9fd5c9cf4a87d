import type { ImageRecipe } from '../cloud/image-recipe.ts';
import type { Owner } from '../store/index.ts';

/** A CloudFormation template as `cdk synth` writes it. */
export interface Template {
  readonly Parameters?: Readonly<Record<string, TemplateParameter>>;
  readonly Mappings?: Readonly<Record<string, Mapping>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, TemplateOutput>>;
}

export interface TemplateParameter {
  readonly Type: string;
  readonly Default?: string | number;
  readonly Description?: string;
  readonly NoEcho?: boolean | string;
  readonly AllowedValues?: readonly (string | number)[];
}

export type Mapping = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export interface TemplateOutput {
  readonly Value: unknown;
  readonly Description?: string;
  readonly Export?: { readonly Name: unknown };
  readonly Condition?: string;
}

/** A file or folder that the app needs in S3 before its resources are created. */
export interface FileAsset {
  readonly id: string;
  /** Absolute path. */
  readonly path: string;
  readonly packaging: 'file' | 'zip';
  /** With unresolved `${AWS::AccountId}` and `${AWS::Region}`. */
  readonly bucketName: string;
  readonly objectKey: string;
}

/** An image that the app needs in ECR before its resources are created. */
export interface ImageAsset {
  readonly id: string;
  /** Its path in the app, for the user. @default the assembly does not say it */
  readonly name?: string;
  /** Absolute path of the build context. */
  readonly folder: string;
  /** How it is built, as the arguments of `docker build`. */
  readonly recipe: ImageRecipe;
  /** With unresolved `${AWS::AccountId}` and `${AWS::Region}`. */
  readonly repositoryName: string;
  readonly imageTag: string;
}

export interface Stack {
  readonly name: string;
  /** The name in the assembly, by which other stacks depend on it. @default the name of the stack */
  readonly id?: string;
  readonly template: Template;
  readonly assets: readonly FileAsset[];
  /** @default none */
  readonly images?: readonly ImageAsset[];
  /** Where the app puts it. @default it does not say */
  readonly environment?: Partial<Owner>;
  /** The ids of stacks that must be provisioned first. */
  readonly dependencies: readonly string[];
}

/** The output of `cdk synth` in `cdk.out`. */
export interface Assembly {
  readonly folder: string;
  readonly stacks: readonly Stack[];
}
