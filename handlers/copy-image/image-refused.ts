/** An image that is not copied, whatever is tried: the workflow ends as refused, with this reason. */
export class ImageRefused extends Error {
  override readonly name = 'ImageRefused';

  constructor(image: string, reason: string) {
    super(`The image ${image} was not copied: ${reason}`);
  }
}

/** A layer that could not be downloaded whole; it can be tried again. */
export class LayerUnreadable extends Error {
  override readonly name = 'LayerUnreadable';
}
