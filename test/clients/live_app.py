"""Uses a running Stepmill and its live model through boto3 only, as on AWS.

    AWS_ENDPOINT_URL=http://127.0.0.1:4566 python test/clients/live_app.py

Needs a project with a live model. Prints one line per step.
"""

from __future__ import annotations

import json
import time
import uuid

import boto3

ssm = boto3.client("ssm")
sagemaker = boto3.client("sagemaker")
states = boto3.client("stepfunctions")
resources = json.loads(ssm.get_parameter(Name="/stepmill/dev/abalone")["Parameter"]["Value"])
unique = uuid.uuid4().hex[:8]

REPEATED_FIELDS = {
    "processing": (
        "ProcessingInputs",
        "ProcessingOutputConfig",
        "ProcessingResources",
        "StoppingCondition",
        "AppSpecification",
        "Environment",
        "RoleArn",
    ),
    "training": (
        "HyperParameters",
        "AlgorithmSpecification",
        "RoleArn",
        "InputDataConfig",
        "OutputDataConfig",
        "ResourceConfig",
        "StoppingCondition",
    ),
}


def repeat(kind: str, described: dict) -> dict:
    """The request that created a job, from its description."""
    return {key: described[key] for key in REPEATED_FIELDS[kind] if key in described}


def repeat_processing_job() -> None:
    [summary, *_] = sagemaker.list_processing_jobs(
        NameContains="abalone-prepare", StatusEquals="Completed"
    )["ProcessingJobSummaries"]
    described = sagemaker.describe_processing_job(ProcessingJobName=summary["ProcessingJobName"])
    name = f"boto3-processing-{unique}"
    sagemaker.create_processing_job(ProcessingJobName=name, **repeat("processing", described))
    sagemaker.get_waiter("processing_job_completed_or_stopped").wait(
        ProcessingJobName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    assert describe_status("processing", name) == "Completed"


def repeat_training_job() -> None:
    [summary, *_] = sagemaker.list_training_jobs(
        NameContains="abalone-train", StatusEquals="Completed"
    )["TrainingJobSummaries"]
    described = sagemaker.describe_training_job(TrainingJobName=summary["TrainingJobName"])
    name = f"boto3-training-{unique}"
    sagemaker.create_training_job(TrainingJobName=name, **repeat("training", described))
    sagemaker.get_waiter("training_job_completed_or_stopped").wait(
        TrainingJobName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    assert describe_status("training", name) == "Completed"


def describe_status(kind: str, name: str) -> str:
    if kind == "processing":
        return sagemaker.describe_processing_job(ProcessingJobName=name)["ProcessingJobStatus"]
    return sagemaker.describe_training_job(TrainingJobName=name)["TrainingJobStatus"]


def read_history() -> None:
    [execution, *_] = states.list_executions(
        stateMachineArn=resources["trainingStateMachineArn"], statusFilter="SUCCEEDED"
    )["executions"]
    pages = states.get_paginator("get_execution_history").paginate(
        executionArn=execution["executionArn"], PaginationConfig={"PageSize": 20}
    )
    events = [event for page in pages for event in page["events"]]
    assert [event["id"] for event in events] == list(range(1, len(events) + 1))
    assert events[-1]["type"] == "ExecutionSucceeded"


def annotate_model_package() -> None:
    group = resources["modelPackageGroupName"]
    [package, *_] = sagemaker.list_model_packages(
        ModelPackageGroupName=group, ModelApprovalStatus="Approved"
    )["ModelPackageSummaryList"]
    arn = package["ModelPackageArn"]
    sagemaker.update_model_package(
        ModelPackageArn=arn, CustomerMetadataProperties={"reviewed-with": "boto3"}
    )
    properties = sagemaker.describe_model_package(ModelPackageName=arn)[
        "CustomerMetadataProperties"
    ]
    assert properties["reviewed-with"] == "boto3"


def invoke_endpoint() -> None:
    answer = boto3.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=resources["endpointName"],
        ContentType="text/csv",
        Accept="text/csv",
        Body=b"M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15\n",
    )
    age = float(answer["Body"].read())
    assert 1 < age < 30, age


def count_invocations() -> None:
    query = {
        "Id": "invocations",
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/SageMaker",
                "MetricName": "Invocations",
                "Dimensions": [
                    {"Name": "EndpointName", "Value": resources["endpointName"]},
                    {"Name": "VariantName", "Value": "AllTraffic"},
                ],
            },
            "Period": 60,
            "Stat": "Sum",
        },
    }
    now = time.time()
    [result] = boto3.client("cloudwatch").get_metric_data(
        MetricDataQueries=[query], StartTime=now - 86_400, EndTime=now + 86_400
    )["MetricDataResults"]
    assert sum(result["Values"]) >= 1, result


for step in (
    repeat_processing_job,
    repeat_training_job,
    read_history,
    annotate_model_package,
    invoke_endpoint,
    count_invocations,
):
    step()
    print(f"ok      boto3 {step.__name__}")
