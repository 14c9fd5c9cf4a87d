/** A repository of a registry of ECR. */
export interface Repository {
  /** The account. */
  readonly registryId: string;
  readonly name: string;
  /** `<account>.dkr.ecr.<region>.amazonaws.com/<repository>` */
  readonly uri: string;
}

export interface ImageName {
  readonly repository: Repository;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const IMAGE =
  /^(?<uri>(?<registryId>\d{12})\.dkr\.ecr\.[a-z0-9-]+\.[a-z0-9.-]+\/(?<name>[a-z0-9._/-]+))(?::(?<tag>[\w.-]{1,300}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

/** @throws Error for what is not an image of ECR */
export function parseImageName(text: string): ImageName {
  const { uri, registryId, name, tag, digest } = IMAGE.exec(text)?.groups ?? {};
  if (uri === undefined || registryId === undefined || name === undefined) {
    throw new Error(`"${text}" is not an image or a repository of Amazon ECR.`);
  }
  return { repository: { registryId, name, uri }, tag, digest };
}
