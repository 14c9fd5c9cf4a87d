import type { ServiceError } from './service-error.ts';

/** Of one resource: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
export const TAGS_PER_RESOURCE = 50;

type Tags = Readonly<Record<string, string>>;

/**
 * Returns the tags that a resource is about to have. The models limit the tags of a request, and not in every
 * service; this limits those of the resource.
 *
 * @param tooMany the service's error
 */
export function limitTags(tags: Tags, tooMany: () => ServiceError): Tags {
  if (Object.keys(tags).length > TAGS_PER_RESOURCE) throw tooMany();
  return tags;
}
