/** `[registry/]repository[:tag][@digest]` */
export interface ImageReference {
  /** `docker.io` where none is named. */
  readonly registry: string;
  /** `library/` is left out. */
  readonly repository: string;
  readonly tag: string;
  readonly digest: string | undefined;
}

/** Reads the name of an image. https://pkg.go.dev/github.com/distribution/reference */
export function parseImageReference(text: string): ImageReference {
  const [named = '', digest] = text.split('@');
  const [, path = '', tag = 'latest'] = /^(.*?)(?::([\w][\w.-]{0,127}))?$/s.exec(named) ?? [];
  const [first = '', ...rest] = path.split('/');
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const repository = hasRegistry ? rest.join('/') : path;
  return {
    registry: hasRegistry ? first : 'docker.io',
    repository: repository.replace(/^library\//, ''),
    tag,
    digest,
  };
}
