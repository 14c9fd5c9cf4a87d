"""Find the model's folder, and fetch its archives from S3 where the environment names them.

MODEL_URLS names the archives (`s3://bucket/model.tar.gz`, separated by spaces) in the order that a request passes
their containers; MODEL_ETAGS, in the same order, the contents that were approved. An archive that was changed since is
not served.
"""

import os
import shutil
import tarfile
from pathlib import Path
from urllib.parse import urlsplit

#: Lambda lets functions write nowhere else.
FETCHED = "/tmp/model"


def find_model() -> str:
    """The folder of the model: that of the image, or of the archives in S3."""
    urls = os.environ.get("MODEL_URLS", "").split()
    if not urls:
        return os.environ.get("MODEL_DIR", "/opt/ml/model")
    etags = os.environ.get("MODEL_ETAGS", "").split()
    if etags and len(etags) != len(urls):
        raise SystemExit(
            f"MODEL_ETAGS names {len(etags)} contents, MODEL_URLS {len(urls)} archives; nothing is served."
        )
    return fetch_model(urls, FETCHED, etags)


def fetch_model(urls: list[str], folder: str, etags: list[str] | None = None) -> str:
    """Unpack the archives: one in the folder, several in `container-1`, `container-2` and so on. Returns the folder."""
    root = Path(folder)
    for number, url in enumerate(urls, start=1):
        place = root if len(urls) == 1 else root / f"container-{number}"
        place.mkdir(parents=True, exist_ok=True)
        archive = root / f"model-{number}.tar.gz"
        download(url, archive, etags[number - 1] if etags else None)
        with tarfile.open(archive) as opened:
            opened.extractall(place, filter="data")
        archive.unlink()
    return folder


def download(url: str, file: Path, etag: str | None) -> None:
    """Store an object of S3 as a file, if it still has the content that the entity tag names."""
    # Imported where it is needed: it takes a third of a second.
    import boto3
    from botocore.exceptions import ClientError

    address = urlsplit(url)
    if address.scheme != "s3":
        raise SystemExit(
            f"MODEL_URLS: {url!r} is not an address in S3 such as s3://bucket/model.tar.gz; nothing is served."
        )
    condition = {} if etag is None else {"IfMatch": etag}
    try:
        found = boto3.client("s3").get_object(
            Bucket=address.netloc, Key=address.path.lstrip("/"), **condition
        )
    except ClientError as error:
        raise SystemExit(f"{url} could not be fetched; nothing is served. {error}") from None
    with file.open("wb") as target:
        shutil.copyfileobj(found["Body"], target, 1024 * 1024)
