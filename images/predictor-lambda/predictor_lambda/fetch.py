"""Fetch a model from S3 before the first invocation."""

import tarfile
from pathlib import Path
from urllib.parse import urlsplit

import boto3


def fetch_model(urls: list[str], folder: str) -> str:
    """Unpack the archives of a model: one in the folder, several in `container-1`, `container-2` and so on.

    The order is that in which a request passes the containers. Returns the folder.
    """
    root = Path(folder)
    s3 = boto3.client("s3")
    for number, url in enumerate(urls, start=1):
        place = root if len(urls) == 1 else root / f"container-{number}"
        place.mkdir(parents=True, exist_ok=True)
        address = urlsplit(url)
        if address.scheme != "s3":
            raise ValueError(
                f"MODEL_URLS: {url!r} is not an address in S3 such as s3://bucket/model.tar.gz."
            )
        archive = root / f"model-{number}.tar.gz"
        s3.download_file(address.netloc, address.path.lstrip("/"), str(archive))
        with tarfile.open(archive) as opened:
            opened.extractall(place, filter="data")
        archive.unlink()
    return folder
