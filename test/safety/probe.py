"""Reports what a process can find out about the user of the machine.

Prints one line: `PROBE ` and JSON.
"""

import json
import os

FILES = (".aws/credentials", ".aws/config", ".aws/sso/cache/token.json", ".boto", ".netrc")


def readable(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read() != ""
    except OSError:
        return False


def initial_environment():
    try:
        with open("/proc/self/environ", encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def probe(personal_home=None):
    report = {
        "environment": dict(os.environ),
        "initial": initial_environment(),
        "home": os.path.expanduser("~"),
        "found": [name for name in FILES if readable(os.path.expanduser(f"~/{name}"))],
        "absolute": [name for name in FILES if readable(f"{personal_home}/{name}")],
    }
    try:
        import boto3
    except ImportError:
        return report
    session = boto3.Session()
    credentials = session.get_credentials()
    report["credentials"] = credentials and [
        credentials.method,
        *credentials.get_frozen_credentials()[:3],
    ]
    report["profiles"] = session.available_profiles
    report["region"] = session.region_name
    report["endpoints"] = [
        session.client(name, region_name="us-east-1").meta.endpoint_url
        for name in ("s3", "sts", "sagemaker")
    ]
    try:
        report["caller"] = session.client("sts").get_caller_identity()["Arn"]
    except Exception as error:  # noqa: BLE001 - it is reported
        report["caller"] = type(error).__name__
    return report


def show(personal_home=None):
    print("PROBE " + json.dumps(probe(personal_home), default=str), flush=True)
