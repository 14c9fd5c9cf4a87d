"""Fetch from S3 and store in it, with the folders and names that SageMaker's jobs use."""

from pathlib import Path
from typing import Any

from trainer.failure import JobFailed


class Storage:
    """The S3 of a job."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def fetch(self, uri: str, folder: Path, optional: bool = False) -> None:
        """Fetch one object, or all objects below a prefix, into a folder."""
        bucket, key = split_uri(uri)
        folder.mkdir(parents=True, exist_ok=True)
        keys = self._keys(bucket, key)
        for each in keys:
            target = folder / relative_name(key, each)
            if not target.resolve().is_relative_to(folder.resolve()):
                raise JobFailed(f"The key {each} leads out of its folder; nothing was run.")
            target.parent.mkdir(parents=True, exist_ok=True)
            self._client.download_file(bucket, each, str(target))
        if not keys and not optional:
            raise JobFailed(f"There is nothing at {uri}, which this step reads; it was not run.")

    def store(self, folder: Path, uri: str) -> None:
        """Store all files of a folder below a prefix."""
        bucket, prefix = split_uri(uri)
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                name = path.relative_to(folder).as_posix()
                self._client.upload_file(str(path), bucket, f"{prefix.rstrip('/')}/{name}")

    def store_model(self, path: Path, uri: str) -> None:
        """Store the archive of the model."""
        bucket, key = split_uri(uri)
        self._client.upload_file(str(path), bucket, key)

    def _keys(self, bucket: str, prefix: str) -> list[str]:
        """The keys of a prefix, without the empty objects that stand for folders."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        found = [item["Key"] for page in pages for item in page.get("Contents", [])]
        return [key for key in found if not key.endswith("/")]


def split_uri(uri: str) -> tuple[str, str]:
    """Bucket and key of `s3://bucket/key`."""
    scheme, separator, rest = uri.partition("://")
    bucket, _, key = rest.partition("/")
    if scheme != "s3" or not separator or not bucket or not key:
        raise JobFailed(f"{uri!r} is not the URI of an object or prefix in S3; nothing was run.")
    return bucket, key


def relative_name(prefix: str, key: str) -> str:
    """The name of a file: the key below the last folder of the prefix."""
    return key[prefix.rfind("/") + 1 :]
