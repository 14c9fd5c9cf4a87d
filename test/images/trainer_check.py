"""Tests of the trainer of images/trainer, against the S3 and DynamoDB of AWS_ENDPOINT_URL.

    python trainer_check.py FOLDER

Run by trainer.test.ts with the interpreter that has boto3. The folder stands for `/opt/ml`.
"""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
import unittest
import zipfile
from pathlib import Path

sys.path.insert(0, "images/trainer")

import boto3
from trainer.attempt import STALE_SECONDS, Attempt
from trainer.failure import JobFailed, JobOutOfMemory, JobTimedOut
from trainer.folders import Folders
from trainer.job import read_job
from trainer.run_step import Run, run_step
from trainer.storage import Storage, relative_name, split_uri
from trainer.training_job import read_training_job

BUCKET = "trainer"
TABLE = "claims"
ROOT = Path(sys.argv.pop())

s3 = boto3.client("s3", region_name="us-east-1")
dynamodb = boto3.client("dynamodb", region_name="us-east-1")

#: Copies a folder, and says what it was given.
COPY = """
import json, os, pathlib, shutil, sys
root = pathlib.Path(sys.argv[sys.argv.index("--root") + 1])
given = {"arguments": sys.argv[1:], "path": os.environ["PYTHONPATH"], "own": "STEPMILL_JOB" in os.environ}
shutil.copytree(root / "processing/input/data", root / "processing/output/out", dirs_exist_ok=True)
(root / "processing/output/out/given.json").write_text(json.dumps(given))
(root / "output/message").write_text("2 rows")
print("copied")
"""
TRAIN = """
import json, os, pathlib, sys
model = pathlib.Path(os.environ["SM_MODEL_DIR"])
(model / "code").mkdir()
(model / "code/inference.py").write_text("x = 1")
variables = {name: value for name, value in os.environ.items() if name.startswith("SM_")}
hyperparameters = json.loads(pathlib.Path(os.environ["SM_INPUT_CONFIG_DIR"], "hyperparameters.json").read_text())
channel = pathlib.Path(os.environ["SM_CHANNEL_TRAIN"])
(model / "model.json").write_text(json.dumps({
    "arguments": sys.argv[1:], "variables": variables, "hyperparameters": hyperparameters,
    "files": sorted(path.name for path in channel.iterdir()), "cwd": os.getcwd(),
}))
"""
FAIL = """
import os, pathlib, sys
print("before the end")
pathlib.Path(sys.argv[2], "output/message").write_text("column 4 is missing")
raise KeyError(4)
"""


def put(key: str, content: bytes | str) -> str:
    """Store an object; returns its URI."""
    s3.put_object(Bucket=BUCKET, Key=key, Body=content)
    return f"s3://{BUCKET}/{key}"


def get(key: str) -> bytes:
    """Read an object."""
    return s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()


def zipped(script: str) -> bytes:
    """An asset of scripts for processing."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("script.py", script)
    return packed.getvalue()


def tarred(script: str) -> bytes:
    """An asset of scripts for training."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        entry = tarfile.TarInfo("./script.py")
        entry.size = len(script.encode())
        archive.addfile(entry, io.BytesIO(script.encode()))
    return packed.getvalue()


def processing(script: str, **more) -> dict:
    """A step of a script that gets `--root`."""
    put("data/in/a.csv", "1,2\n")
    put("data/in/deep/b.csv", "3,4\n")
    return {
        "step": "prepare",
        "script": "script.py",
        "code": put("assets/abc.zip", zipped(script)),
        "timeoutSeconds": 60,
        "arguments": ["--root", str(ROOT)],
        "inputs": {"data": f"s3://{BUCKET}/data/in/"},
        "outputs": {"out": f"s3://{BUCKET}/made/"},
        **more,
    }


def job_of(*steps: dict, name: str = "job-1") -> dict:
    """The document of a job."""
    return {"version": 1, "name": name, "claims": TABLE, "steps": list(steps)}


def run(step: dict, check=lambda: None, seconds: float = 60) -> str:
    """Run one step in this process."""
    job = read_job(job_of(step))
    deadline = time.monotonic() + seconds
    return run_step(job.steps[0], Run(job.name, Storage(s3), Folders(str(ROOT)), deadline, check))


def start(job: dict) -> subprocess.Popen:
    """Start the container's entry as ECS does."""
    return subprocess.Popen(
        [sys.executable, "-m", "trainer"],
        cwd="images/trainer",
        env={**os.environ, "STEPMILL_JOB": json.dumps(job), "STEPMILL_ML_FOLDER": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


class Processing(unittest.TestCase):
    """A step that SageMaker runs as a processing job."""

    def test_reads_and_writes_what_the_job_says(self) -> None:
        """Folders keep their structure, arguments stay as they are, the message is returned."""
        said = run(processing(COPY))

        self.assertEqual(said, "2 rows")
        self.assertEqual(get("made/a.csv"), b"1,2\n")
        self.assertEqual(get("made/deep/b.csv"), b"3,4\n")
        given = json.loads(get("made/given.json"))
        self.assertEqual(given["arguments"], ["--root", str(ROOT)])
        self.assertEqual(given["path"], f"{ROOT}/processing/input/code/abc.zip")
        self.assertFalse(given["own"])

    def test_leaves_nothing_of_an_earlier_step(self) -> None:
        """A function's folder is used again and again."""
        ROOT.mkdir(parents=True, exist_ok=True)
        (ROOT / "processing/input/data").mkdir(parents=True, exist_ok=True)
        (ROOT / "processing/input/data/old.csv").write_text("old")

        run(processing(COPY, outputs={"out": f"s3://{BUCKET}/clean/"}))

        keys = [
            each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET, Prefix="clean/")["Contents"]
        ]
        self.assertEqual(keys, ["clean/a.csv", "clean/deep/b.csv", "clean/given.json"])

    def test_says_why_a_script_failed_and_stores_nothing(self) -> None:
        """The script's own message, its exit code and its last lines."""
        step = processing(FAIL, outputs={"out": f"s3://{BUCKET}/failed/"})

        with self.assertRaises(JobFailed) as caught:
            run(step)

        text = str(caught.exception)
        self.assertTrue(text.startswith("column 4 is missing (script.py ended with exit code 1."))
        self.assertIn("before the end | Traceback", text)
        self.assertIn("KeyError: 4", text)
        self.assertEqual(s3.list_objects_v2(Bucket=BUCKET, Prefix="failed/")["KeyCount"], 0)

    def test_names_an_input_that_is_not_there(self) -> None:
        """Nothing is run."""
        with self.assertRaisesRegex(JobFailed, "There is nothing at s3://trainer/none/, which"):
            run(processing(COPY, inputs={"data": f"s3://{BUCKET}/none/"}))

    def test_ends_a_script_at_its_time_limit(self) -> None:
        """The limit of the step, and that of the function."""
        sleep = "import time; print('began', flush=True); time.sleep(60)"
        with self.assertRaisesRegex(JobTimedOut, "ran into its time limit. Last lines: began"):
            run(processing(sleep, timeoutSeconds=2))
        with self.assertRaises(JobTimedOut):
            run(processing(sleep), seconds=2)

    def test_takes_signal_9_for_a_lack_of_memory(self) -> None:
        """So does the kernel."""
        with self.assertRaisesRegex(JobOutOfMemory, "signal 9"):
            run(processing("import os; os.kill(os.getpid(), 9)"))

    def test_does_not_store_what_another_container_makes(self) -> None:
        """A container that was taken for dead."""

        def lost() -> None:
            raise JobFailed("taken over")

        with self.assertRaisesRegex(JobFailed, "taken over"):
            run(processing("import time; time.sleep(60)"), check=lost)


class Training(unittest.TestCase):
    """A step that SageMaker runs in script mode."""

    def test_has_the_arguments_and_variables_of_script_mode(self) -> None:
        """As https://github.com/aws/sagemaker-training-toolkit gives them, with model.tar.gz at the root."""
        put("prepared/train/train.csv", "1\n")
        put("prepared/train/schema.json", "{}")
        run(
            {
                "step": "train",
                "script": "script.py",
                "code": put("assets/abc.tar.gz", tarred(TRAIN)),
                "timeoutSeconds": 60,
                "hyperparameters": {"max_depth": "5", "eta": "0.20", "c": "true", "text": "a b"},
                "inputs": {"train": f"s3://{BUCKET}/prepared/train/"},
                "model": f"s3://{BUCKET}/training/job-1/output/model.tar.gz",
                "checkpoints": f"s3://{BUCKET}/checkpoints/",
            }
        )

        with tarfile.open(fileobj=io.BytesIO(get("training/job-1/output/model.tar.gz"))) as archive:
            self.assertEqual(archive.getnames(), ["code/inference.py", "model.json"])
            file = archive.extractfile("model.json")
            seen = json.load(file) if file else {}
        self.assertEqual(
            seen["arguments"],
            ["-c", "True", "--eta", "0.2", "--max_depth", "5", "--text", "a b"],
        )
        self.assertEqual(seen["hyperparameters"]["eta"], "0.20")
        self.assertEqual(seen["files"], ["schema.json", "train.csv"])
        self.assertEqual(seen["cwd"], f"{ROOT}/code")
        variables = seen["variables"]
        self.assertEqual(variables["SM_MODEL_DIR"], f"{ROOT}/model")
        self.assertEqual(variables["SM_HP_ETA"], "0.2")
        self.assertEqual(json.loads(variables["SM_HPS"])["max_depth"], 5)
        self.assertEqual(variables["SM_CHANNELS"], '["train"]')

    def test_stores_no_model_where_there_is_none(self) -> None:
        """A script that ends well without a file."""
        step = {
            "step": "train",
            "script": "script.py",
            "code": put("assets/empty.tar.gz", tarred("")),
            "timeoutSeconds": 60,
            "inputs": {},
            "model": f"s3://{BUCKET}/none/model.tar.gz",
        }
        with self.assertRaisesRegex(JobFailed, "wrote no file to /opt/ml/model"):
            run(step)


class Attempts(unittest.TestCase):
    """Two containers that were started for one attempt."""

    def setUp(self) -> None:
        """A time of its own."""
        self.time = time.time()
        self.slept = 0

    def attempt(self, owner: str) -> Attempt:
        """One of the containers."""
        return Attempt(dynamodb, TABLE, self.id(), owner, lambda: self.time, self.sleep)

    def sleep(self, seconds: float) -> None:
        """Time passes only here."""
        self.time += seconds
        self.slept += 1

    def test_let_the_first_work_and_give_its_result_to_the_second(self) -> None:
        """As after an answer that was lost."""
        first, second = self.attempt("one"), self.attempt("two")
        self.assertIsNone(first.take(60))
        first.complete({"status": "Completed", "name": "n"})

        self.assertEqual(second.take(60), {"status": "Completed", "name": "n"})

    def test_make_the_second_wait_while_the_first_lives(self) -> None:
        """Until its own time is over."""
        self.attempt("one").take(60)

        with self.assertRaisesRegex(JobFailed, "Another container runs this attempt"):
            self.attempt("two").take(STALE_SECONDS / 2)

        self.assertGreater(self.slept, 5)

    def test_let_the_second_take_over_from_one_that_failed(self) -> None:
        """At once."""
        first = self.attempt("one")
        first.take(60)
        first.fail()

        self.assertIsNone(self.attempt("two").take(60))
        self.assertEqual(self.slept, 0)

    def test_let_the_second_take_over_from_one_that_is_silent(self) -> None:
        """The first one notices before it stores anything."""
        first = self.attempt("one")
        first.take(60)
        first._ended.set()
        self.time += STALE_SECONDS + 1

        self.assertIsNone(self.attempt("two").take(60))

        with self.assertRaisesRegex(JobFailed, "took this attempt over"):
            first.confirm()


class Container(unittest.TestCase):
    """The whole process, as ECS starts it."""

    def test_runs_a_job_once(self) -> None:
        """A second container of the attempt has the result without running anything."""
        job = job_of(processing(COPY), name="whole")

        first, second = start(job), None
        output, _ = first.communicate(timeout=60)
        self.assertEqual(first.returncode, 0, output)
        self.assertIn("copied", output)
        s3.delete_object(Bucket=BUCKET, Key="made/a.csv")
        second = start(job)
        output, _ = second.communicate(timeout=60)

        self.assertEqual(second.returncode, 0, output)
        self.assertIn("was run by another container", output)
        self.assertNotIn("copied", output)
        self.assertEqual(s3.list_objects_v2(Bucket=BUCKET, Prefix="made/a.csv")["KeyCount"], 0)

    def test_says_in_the_last_line_why_it_failed(self) -> None:
        """The workflow reads the last lines of the log."""
        process = start(job_of(processing(FAIL), name="failing"))

        output, _ = process.communicate(timeout=60)

        self.assertEqual(process.returncode, 1)
        self.assertTrue(output.splitlines()[-1].startswith("column 4 is missing"), output)

    def test_passes_sigterm_on_and_keeps_checkpoints(self) -> None:
        """As Spot does, two minutes before it takes the machine."""
        script = (
            "import os, pathlib, signal, sys, time\n"
            "def stop(*_):\n"
            "    pathlib.Path(os.environ['SM_MODEL_DIR'], '../checkpoints/last.txt').write_text('7')\n"
            "    sys.exit(0)\n"
            "signal.signal(signal.SIGTERM, stop)\n"
            "print('waiting', flush=True)\n"
            "time.sleep(60)\n"
        )
        step = {
            "step": "train",
            "script": "script.py",
            "code": put("assets/slow.tar.gz", tarred(script)),
            "timeoutSeconds": 60,
            "inputs": {},
            "model": f"s3://{BUCKET}/stopped/model.tar.gz",
            "checkpoints": f"s3://{BUCKET}/checkpoints-2/",
        }
        process = start(job_of(step, name="stopped"))
        assert process.stdout is not None
        while "waiting" not in process.stdout.readline():
            pass

        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=60)

        self.assertEqual(process.returncode, 143, output)
        self.assertIn("SIGTERM", output.splitlines()[-1])
        self.assertEqual(get("checkpoints-2/last.txt"), b"7")
        claim = dynamodb.get_item(TableName=TABLE, Key={"claim": {"S": "job#stopped"}})["Item"]
        self.assertEqual(claim["status"], {"S": "FAILED"})


EVALUATE = """
import pathlib, sys, tarfile
root = pathlib.Path(sys.argv[sys.argv.index("--root") + 1])
with tarfile.open(root / "processing/input/model/model.tar.gz") as archive:
    names = archive.getnames()
old = [path.as_posix() for path in root.glob("processing/input/data/*")]
(root / "processing/output/evaluation/found.txt").write_text(" ".join(names + old))
"""


class TrainingJob(unittest.TestCase):
    """All steps in a training job, as SageMaker starts it: `train`, with what it has fetched."""

    def start(self, name: str, train: str, **given: str) -> subprocess.CompletedProcess:
        """Lay out /opt/ml as SageMaker does, and run the container to its end."""
        shutil.rmtree(ROOT, ignore_errors=True)
        prefix = f"s3://{BUCKET}/{name}"
        channels = {
            "data": f"{prefix}/dataset/",
            "scripts": f"{prefix}/abc.zip",
            "code": f"{prefix}/abc.tar.gz",
        }
        for channel in channels:
            (ROOT / "input/data" / channel).mkdir(parents=True)
        (ROOT / "input/data/data/rows.csv").write_text("1,2\n")
        with zipfile.ZipFile(ROOT / "input/data/scripts/abc.zip", "w") as archive:
            archive.writestr("script.py", COPY)
            archive.writestr("evaluate.py", EVALUATE)
        (ROOT / "input/data/code/abc.tar.gz").write_bytes(tarred(train))
        own = {"script": "script.py", "code": channels["scripts"], "timeoutSeconds": 60}
        model = f"{prefix}/training/job/output/model.tar.gz"
        steps = [
            {
                **own,
                "step": "prepare",
                "arguments": ["--root", str(ROOT)],
                "inputs": {"data": channels["data"]},
                "outputs": {"out": f"{prefix}/prepared/train/"},
            },
            {
                **own,
                "step": "train",
                "code": channels["code"],
                "hyperparameters": {},
                "inputs": {"train": f"{prefix}/prepared/train/"},
                "model": model,
                "checkpoints": "",
            },
            {
                **own,
                "step": "evaluate",
                "script": "evaluate.py",
                "arguments": ["--root", str(ROOT)],
                "inputs": {"model": model},
                "outputs": {"evaluation": f"{prefix}/evaluation/"},
            },
        ]
        text = json.dumps({"version": 1, "name": "job", "channels": channels, "steps": steps})
        parts = [text[at : at + 700] for at in range(0, len(text), 700)]
        self.assertGreater(len(parts), 1)
        given |= {f"stepmill_job_{number}": part for number, part in enumerate(parts)}
        config = ROOT / "input/config"
        config.mkdir()
        (config / "hyperparameters.json").write_text(json.dumps(given))
        return subprocess.run(
            [sys.executable, "-m", "trainer", "train"],
            cwd="images/trainer",
            env={**os.environ, "STEPMILL_ML_FOLDER": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
        )

    def test_reads_channels_and_leaves_the_model_to_sagemaker(self) -> None:
        """No claim, and no archive in S3: SageMaker stores that after the end."""
        ended = self.start("one", TRAIN, max_depth="5")

        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(get("one/evaluation/found.txt"), b"code/inference.py model.json")
        self.assertEqual(get("one/prepared/train/rows.csv"), b"1,2\n")
        seen = json.loads((ROOT / "model/model.json").read_text())
        self.assertEqual(seen["arguments"], ["--max_depth", "5"])
        self.assertEqual(seen["hyperparameters"], {"max_depth": "5"})
        self.assertEqual(seen["files"], ["given.json", "rows.csv"])
        keys = [
            each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET, Prefix="one/")["Contents"]
        ]
        self.assertNotIn("one/training/job/output/model.tar.gz", keys)
        self.assertFalse((ROOT / "output/failure").exists())

    def test_says_why_it_failed_where_sagemaker_looks(self) -> None:
        """The script's own reason stays in front."""
        script = "import os; open(os.environ['SM_OUTPUT_DIR'] + '/failure', 'w').write('no rows'); raise SystemExit(3)"
        ended = self.start("failed", script)

        self.assertEqual(ended.returncode, 1, ended.stderr)
        reason = (ROOT / "output/failure").read_text()
        self.assertTrue(reason.startswith("no rows (script.py ended with exit code 3."), reason)

    def test_names_a_job_without_its_parts(self) -> None:
        """As if the image were started by hand."""
        shutil.rmtree(ROOT, ignore_errors=True)
        (ROOT / "input/config").mkdir(parents=True)
        (ROOT / "input/config/hyperparameters.json").write_text("{}")

        with self.assertRaisesRegex(JobFailed, "have no stepmill_job_0; nothing was run"):
            read_training_job(Folders(str(ROOT)))


class BadJobs(unittest.TestCase):
    """Documents that do not describe a job."""

    def test_are_named(self) -> None:
        """Another version, a member that is missing, no JSON."""
        with self.assertRaisesRegex(JobFailed, "version 2, and this image knows 1"):
            read_job({"version": 2})
        with self.assertRaisesRegex(JobFailed, "This is not a job: KeyError"):
            read_job({"version": 1, "name": "n"})
        with self.assertRaisesRegex(JobFailed, "This is not a job"):
            read_job("{")

    def test_have_uris_of_s3(self) -> None:
        """Names of files are below the prefix."""
        self.assertEqual(split_uri("s3://b/k/x"), ("b", "k/x"))
        self.assertRaises(JobFailed, split_uri, "https://b/k")
        self.assertEqual(relative_name("a/b/", "a/b/c/d"), "c/d")
        self.assertEqual(relative_name("a/manifest.json", "a/manifest.json"), "manifest.json")


if __name__ == "__main__":
    unittest.main()
