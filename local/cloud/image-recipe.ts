/**
 * An image in ECR that is not built: its only layer is the build context as a zip file, and its configuration says how
 * it is built. Its digest is that of this content. Services build it when they start a container of it.
 */
export interface ImageRecipe {
  /** Relative to the context. */
  readonly dockerfile: string;
  readonly buildArguments: Readonly<Record<string, string>>;
  /** The stage. @default the last */
  readonly target?: string;
}

/** The media type of the configuration: an `ImageRecipe` in JSON. */
export const RECIPE_CONFIG_TYPE = 'application/vnd.stepmill.recipe.config.v1+json';

/** The media type of the layer. */
export const RECIPE_CONTEXT_TYPE = 'application/vnd.stepmill.recipe.context.v1+zip';
