"""Speak to a running Stepmill as boto3 does, unmodified: only AWS_ENDPOINT_URL says where it is.

    AWS_ENDPOINT_URL=http://127.0.0.1:4566 python3 test/clients/boto3_client.py [s3 sts iam ...]

Needs boto3 (tried with 1.43.11): `pip install boto3==1.43.11`. Credentials and region may be anything; if the
environment has none, some are made up. Every function named `check_<service>` is one check; a new service
is a new function. Prints one line per check and exits 1 if any failed.
"""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
import traceback
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

MIB = 1024 * 1024


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The block must end in this AWS error."""
    try:
        yield
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response["Error"]
        return
    raise AssertionError(f"expected {code}, but the call succeeded")


def unique(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


@contextmanager
def temporary_bucket() -> Iterator[str]:
    s3 = boto3.client("s3")
    bucket = unique("boto3")
    s3.create_bucket(Bucket=bucket)
    try:
        yield bucket
    finally:
        boto3.resource("s3").Bucket(bucket).object_versions.delete()
        s3.delete_bucket(Bucket=bucket)


def check_s3() -> None:
    s3 = boto3.client("s3")
    with temporary_bucket() as bucket:
        keys = ["plain.csv", "with space", "a+b", "50%", "semi;colon", "ünïcödé/日本語 😀", "k" * 1024]
        for key in keys:
            s3.put_object(Bucket=bucket, Key=key, Body=key.encode(), Metadata={"n": "1"})
        for key in keys:
            answer = s3.get_object(Bucket=bucket, Key=key)
            assert answer["Body"].read() == key.encode()
            assert answer["Metadata"] == {"n": "1"}
        pages = s3.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, PaginationConfig={"PageSize": 2}
        )
        listed = [item["Key"] for page in pages for item in page["Contents"]]
        assert listed == sorted(keys, key=str.encode), listed
        copied = s3.copy_object(
            Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "ünïcödé/日本語 😀"}
        )
        assert copied["CopyObjectResult"]["ETag"]
        with refused("404"):
            s3.head_object(Bucket=bucket, Key="none")
        with refused("NoSuchKey"):
            s3.get_object(Bucket=bucket, Key="none")
        with refused("PreconditionFailed"):
            s3.put_object(Bucket=bucket, Key="copy", Body=b"", IfNoneMatch="*")
        deleted = s3.delete_objects(
            Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys]}
        )
        assert len(deleted["Deleted"]) == len(keys)


def check_s3_transfer() -> None:
    """Multipart, both ways, with the checksums boto3 chooses and with those it is told."""
    s3 = boto3.client("s3")
    content = os.urandom(20 * MIB + 123)
    with temporary_bucket() as bucket:
        for algorithm in [None, "CRC32C", "CRC64NVME", "SHA256"]:
            extra = {} if algorithm is None else {"ChecksumAlgorithm": algorithm}
            try:
                s3.upload_fileobj(
                    io.BytesIO(content),
                    bucket,
                    "big",
                    ExtraArgs=extra,
                    Config=TransferConfig(multipart_threshold=8 * MIB),
                )
            except Exception as error:  # CRC32C and CRC64NVME need awscrt, which boto3 does not bring
                if "botocore[crt]" in str(error):
                    continue
                raise
            head = s3.head_object(Bucket=bucket, Key="big", ChecksumMode="ENABLED")
            assert head["ETag"].endswith('-3"'), head["ETag"]
            assert head["ContentLength"] == len(content)
            received = io.BytesIO()
            s3.download_fileobj(bucket, "big", received)
            assert received.getvalue() == content
        copied = unique("copy")
        s3.copy({"Bucket": bucket, "Key": "big"}, bucket, copied)
        assert s3.head_object(Bucket=bucket, Key=copied)["ContentLength"] == len(content)


def check_s3_versions() -> None:
    s3 = boto3.client("s3")
    with temporary_bucket() as bucket:
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        first = s3.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
        s3.put_object(Bucket=bucket, Key="k", Body=b"2")
        s3.delete_object(Bucket=bucket, Key="k")
        with refused("NoSuchKey"):
            s3.get_object(Bucket=bucket, Key="k")
        assert s3.get_object(Bucket=bucket, Key="k", VersionId=first)["Body"].read() == b"1"
        versions = s3.list_object_versions(Bucket=bucket)
        assert len(versions["Versions"]) == 2
        assert len(versions["DeleteMarkers"]) == 1


def check_s3_presigned() -> None:
    with temporary_bucket() as bucket:
        for config in [Config(), Config(signature_version="s3v4")]:
            s3 = boto3.client("s3", config=config)
            where = {"Bucket": bucket, "Key": "presigned key+1"}
            put = s3.generate_presigned_url("put_object", where, ExpiresIn=60)
            request = urllib.request.Request(put, data=b"hello", method="PUT")
            # urllib would name a form; a SigV2 URL signs the content type.
            request.add_header("Content-Type", "")
            urllib.request.urlopen(request).close()
            get = s3.generate_presigned_url("get_object", where, ExpiresIn=60)
            with urllib.request.urlopen(get) as answer:
                assert answer.read() == b"hello"


def check_s3_bucket_configuration() -> None:
    s3 = boto3.client("s3")
    with temporary_bucket() as bucket:
        s3.put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
        )
        notification = s3.get_bucket_notification_configuration(Bucket=bucket)
        assert notification["EventBridgeConfiguration"] == {}
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
        assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == [{"Key": "a", "Value": "1"}]
        with refused("NoSuchBucketPolicy"):
            s3.get_bucket_policy(Bucket=bucket)
        assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] is None


def check_sts() -> None:
    identity = boto3.client("sts").get_caller_identity()
    assert identity["Arn"] == f"arn:aws:iam::{identity['Account']}:root", identity


def check_iam() -> None:
    iam = boto3.client("iam")
    name = unique("boto3")
    account = boto3.client("sts").get_caller_identity()["Account"]
    trust = policy({"Principal": {"AWS": account}, "Action": "sts:AssumeRole"})
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]
    assert iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"] == json.loads(trust)
    with refused("EntityAlreadyExists"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    with temporary_bucket() as bucket:
        session = boto3.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="check")
        credentials = session["Credentials"]
        s3 = boto3.client(
            "s3",
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )
        with refused("AccessDenied"):
            s3.put_object(Bucket=bucket, Key="k", Body=b"")
        document = policy({"Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/*"})
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document)
        s3.put_object(Bucket=bucket, Key="k", Body=b"")
    iam.delete_role_policy(RoleName=name, PolicyName="p")
    iam.delete_role(RoleName=name)
    with refused("NoSuchEntity"):
        iam.get_role(RoleName=name)


def policy(statement: dict[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def check_cloudformation() -> None:
    cloudformation = boto3.client("cloudformation")
    for summary in cloudformation.list_stacks()["StackSummaries"]:
        stack = cloudformation.describe_stacks(StackName=summary["StackName"])["Stacks"][0]
        assert stack["StackId"] == summary["StackId"]
    with refused("ValidationError"):
        cloudformation.describe_stacks(StackName="not-there")


def checks() -> dict[str, Callable[[], None]]:
    return {
        name.removeprefix("check_"): value
        for name, value in globals().items()
        if name.startswith("check_")
    }


def main(wanted: list[str]) -> int:
    if "AWS_ENDPOINT_URL" not in os.environ:
        print("AWS_ENDPOINT_URL is not set: nothing was checked. Start Stepmill and set it.")
        return 2
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    # Nobody's own configuration must play a part.
    os.environ["AWS_CONFIG_FILE"] = os.path.join(tempfile.gettempdir(), "no-such-aws-config")
    failed = 0
    for name, check in checks().items():
        if wanted and not any(name.startswith(prefix) for prefix in wanted):
            continue
        try:
            check()
            print(f"ok      boto3 {name}")
        except Exception:
            failed += 1
            print(f"FAILED  boto3 {name}")
            traceback.print_exc()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
