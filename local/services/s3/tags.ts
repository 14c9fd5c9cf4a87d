import { InvalidArgument, InvalidTag, MalformedXml, TooManyTags } from './errors.ts';
import {
  BUCKET_TAGS_LIMIT,
  OBJECT_TAGS_LIMIT,
  TAG_KEY_LIMIT_CHARACTERS,
  TAG_VALUE_LIMIT_CHARACTERS,
} from './limits.ts';
import type { Tag } from './state.ts';

/** A tag from XML, in which an element can be missing. */
export interface GivenTag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_S3Tag.html */
const TAG_CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const SYSTEM_PREFIX = 'aws:';

/** Parses tags from a header: `a=1&b=2`. @throws InvalidArgument, InvalidTag, TooManyTags */
export function parseTagging(tagging: string | undefined): readonly Tag[] {
  if (tagging === undefined || tagging === '') return [];
  const tags = [...new URLSearchParams(tagging)].map(([Key, Value]) => ({ Key, Value }));
  const isWellFormed = tagging.split('&').every((pair) => pair.split('=').length <= 2);
  if (!isWellFormed || repeatedKey(tags) !== undefined) {
    throw new InvalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      'x-amz-tagging',
      tagging,
    );
  }
  return checkedTagSet(tags, 'Object');
}

/** @throws MalformedXml, InvalidTag, TooManyTags */
export function checkedTagSet(
  given: readonly GivenTag[],
  kind: 'Bucket' | 'Object',
): readonly Tag[] {
  const limit = kind === 'Object' ? OBJECT_TAGS_LIMIT : BUCKET_TAGS_LIMIT;
  const tags = given.map(wholeTag);
  if (tags.length > limit) throw new TooManyTags(kind, limit);
  for (const tag of tags) checkTag(tag);
  const repeated = repeatedKey(tags);
  if (repeated !== undefined) {
    throw new InvalidTag('Cannot provide multiple Tags with the same key', { TagKey: repeated });
  }
  for (const { Key } of tags) {
    if (Key.startsWith(SYSTEM_PREFIX)) {
      throw new InvalidTag(
        kind === 'Object'
          ? 'Your TagKey cannot be prefixed with aws:'
          : 'System tags cannot be added/updated by requester',
        { TagKey: Key },
      );
    }
  }
  return tags;
}

/** The tags in CreateBucket, which has its own AWS message for system tags. */
export function checkedCreationTags(given: readonly GivenTag[]): readonly Tag[] {
  if (given.map(wholeTag).some(({ Key }) => Key.startsWith(SYSTEM_PREFIX))) {
    throw new InvalidTag(
      'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your tag keys and try again.',
    );
  }
  return checkedTagSet(given, 'Bucket');
}

function wholeTag({ Key, Value }: GivenTag): Tag {
  if (Key === undefined || Value === undefined) throw new MalformedXml();
  return { Key, Value };
}

function checkTag({ Key, Value }: Tag): void {
  if (Key === '' || Key.length > TAG_KEY_LIMIT_CHARACTERS || !TAG_CHARACTERS.test(Key)) {
    throw new InvalidTag('The TagKey you have provided is invalid', { TagKey: Key });
  }
  if (Value.length > TAG_VALUE_LIMIT_CHARACTERS || !TAG_CHARACTERS.test(Value)) {
    throw new InvalidTag('The TagValue you have provided is invalid', {
      TagKey: Key,
      TagValue: Value,
    });
  }
}

function repeatedKey(tags: readonly Tag[]): string | undefined {
  const seen = new Set<string>();
  for (const { Key } of tags) {
    if (seen.has(Key)) return Key;
    seen.add(Key);
  }
  return undefined;
}
