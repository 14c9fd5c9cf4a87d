import * as z from 'zod';

/** A layer of an image, or its configuration. */
const layerSchema = z.object({ digest: z.string(), sizeBytes: z.int().nonnegative() });
export type ImageLayer = z.infer<typeof layerSchema>;

/** What `handlers/copy-image` is asked in each step of a copy; it keeps nothing between them. */
export const imageCopyRequestSchema = z.discriminatedUnion('step', [
  z.object({
    step: z.literal('plan'),
    /** `<account>.dkr.ecr.<region>.amazonaws.com/<repository>` with `:<tag>` or `@<digest>`. */
    from: z.string(),
    /** The repository of the copy, as `from` without a tag; left out where the image stays where it is. */
    to: z.string().optional(),
  }),
  z.object({
    step: z.literal('layer'),
    from: z.string(),
    to: z.string(),
    layer: layerSchema,
  }),
  z.object({
    step: z.literal('put'),
    /** With the digest that was planned. */
    from: z.string(),
    to: z.string(),
  }),
]);
export type ImageCopyRequest = z.infer<typeof imageCopyRequestSchema>;

export interface ImagePlan {
  /** The source by its digest. */
  readonly from: string;
  /** What a model package names: the copy by its digest, or the source. */
  readonly to: string;
  /** What the repository of the copy lacks. */
  readonly layers: readonly ImageLayer[];
}
