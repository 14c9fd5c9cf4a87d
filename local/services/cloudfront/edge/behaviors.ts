import type {
  CacheBehavior,
  DefaultCacheBehavior,
  DistributionConfig,
} from '@aws-sdk/client-cloudfront';

/** How requests of a path pattern are treated. */
export type Behavior = CacheBehavior | DefaultCacheBehavior;

/**
 * The first behavior in its order whose pattern fits the path, else the default one.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
 */
export function behaviorFor(config: DistributionConfig, path: string): Behavior {
  const found = config.CacheBehaviors?.Items?.find(({ PathPattern = '' }) =>
    fits(PathPattern.startsWith('/') ? PathPattern : `/${PathPattern}`, path),
  );
  const { DefaultCacheBehavior: byDefault } = config;
  if (byDefault === undefined) throw new Error('The distribution has no default behavior');
  return found ?? byDefault;
}

/** `*` stands for any characters, `?` for one. Each step moves on, so that no pattern takes long. */
export function fits(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let position = 0;
  while (position < text.length) {
    if (
      at < pattern.length &&
      (pattern[at] === '?' || pattern[at] === text[position]) &&
      pattern[at] !== '*'
    ) {
      at += 1;
      position += 1;
    } else if (pattern[at] === '*') {
      star = at;
      resume = position;
      at += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      position = resume;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

const READING = ['GET', 'HEAD'];

export function isAllowed(behavior: Behavior, method: string): boolean {
  return (behavior.AllowedMethods?.Items ?? READING).some((allowed) => allowed === method);
}
