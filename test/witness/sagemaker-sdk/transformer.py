"""Scores rows with the SageMaker SDK, as its documentation shows.

    python transformer.py BUCKET ROLE IMAGE

AWS_ENDPOINT_URL names the runtime. Prints the results as JSON; what the SDK prints itself goes to stderr.
"""

import contextlib
import io
import json
import sys
import tarfile

import boto3
from sagemaker.exceptions import UnexpectedStatusException
from sagemaker.inputs import BatchDataCaptureConfig
from sagemaker.model import Model
from sagemaker.session import Session
from sagemaker.transformer import Transformer

SCRIPT = """
def model_fn(model_dir):
    return None

def transform_fn(model, data, content_type, accept):
    print(f"predicts {content_type}", flush=True)
    rows = [line.split(",") for line in data.strip().split("\\n")]
    return "\\n".join(str(sum(float(cell) for cell in row)) for row in rows), accept
"""


def archive():
    """A model with a script only."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        info = tarfile.TarInfo("code/inference.py")
        info.size = len(SCRIPT)
        tar.addfile(info, io.BytesIO(SCRIPT.encode()))
    return buffer.getvalue()


def score(bucket, role, image):
    s3 = boto3.client("s3")
    session = Session(default_bucket=bucket)
    s3.put_object(Bucket=bucket, Key="model.tar.gz", Body=archive())
    s3.put_object(Bucket=bucket, Key="batch/a.csv", Body=b"id1,1,2\nid2,3,4\n")
    s3.put_object(Bucket=bucket, Key="batch/b.csv", Body=b"id3,5,6\n")
    s3.put_object(Bucket=bucket, Key="bad/a.csv", Body=b"id4,x\n")
    model = Model(
        image_uri=image,
        model_data=f"s3://{bucket}/model.tar.gz",
        role=role,
        sagemaker_session=session,
    )
    transformer = model.transformer(
        instance_count=2,
        instance_type="ml.m5.large",
        strategy="MultiRecord",
        assemble_with="Line",
        accept="text/csv",
        output_path=f"s3://{bucket}/out",
        max_concurrent_transforms=2,
        max_payload=1,
        tags=[{"Key": "team", "Value": "a"}],
        env={"MINE": "1"},
    )
    given = {
        "content_type": "text/csv",
        "split_type": "Line",
        "input_filter": "$[1:]",
        "join_source": "Input",
        "output_filter": "$[0,-1]",
    }
    transformer.transform(
        f"s3://{bucket}/batch/",
        **given,
        batch_data_capture_config=BatchDataCaptureConfig(f"s3://{bucket}/captured"),
        wait=True,
        logs=True,
    )
    name = transformer.latest_transform_job.job_name
    attached = Transformer.attach(name, sagemaker_session=session)
    outputs = {
        key: s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
        for key in ("out/a.csv.out", "out/b.csv.out")
    }
    try:
        transformer.transform(f"s3://{bucket}/bad/", **given, wait=True, logs=False)
        failure = None
    except UnexpectedStatusException as error:
        failure = str(error)
    captured = s3.list_objects_v2(Bucket=bucket, Prefix="captured/")
    return {
        "outputs": outputs,
        "attached": [attached.model_name, attached.strategy, attached.accept],
        "model": transformer.model_name,
        "failure": failure,
        "captured": sorted({item["Key"].split("/")[1] for item in captured["Contents"]}),
        "tags": session.sagemaker_client.list_tags(
            ResourceArn=session.sagemaker_client.describe_transform_job(TransformJobName=name)[
                "TransformJobArn"
            ]
        )["Tags"],
    }


def main():
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        result = score(*sys.argv[1:4])
    print(json.dumps({**result, "printed": printed.getvalue()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
