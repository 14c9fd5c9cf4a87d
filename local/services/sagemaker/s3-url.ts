/** The bucket and key of an `s3://` or S3 `https://` URL; undefined for others. */
export function parseS3Url(
  url: string,
): { readonly Bucket: string; readonly Key: string } | undefined {
  const plain = /^s3:\/\/(?<Bucket>[^/]+)\/?(?<Key>.*)$/.exec(url)?.groups;
  const virtual =
    /^https:\/\/(?<Bucket>[^/]+)\.s3[.-][^/]*amazonaws\.com(?:\.cn)?\/(?<Key>.*)$/.exec(
      url,
    )?.groups;
  const path = /^https:\/\/s3[^/]*\/(?<Bucket>[^/]+)\/(?<Key>.*)$/.exec(url)?.groups;
  const found = plain ?? virtual ?? path;
  const { Bucket, Key } = found ?? {};
  return Bucket === undefined || Key === undefined ? undefined : { Bucket, Key };
}
