import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Cloud } from '../cloud/cloud.ts';
import { publishImages } from '../provision/images.ts';

/** The registry of the test account. */
export const REGISTRY = '000000000000.dkr.ecr.us-east-1.amazonaws.com';

/**
 * Publishes an image to ECR as `cdk deploy` does, under a tag that a repository of mutable tags may move.
 *
 * @returns its URI
 */
export async function publishTestImage(
  cloud: Cloud,
  name: { readonly repositoryName: string; readonly imageTag: string },
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'image-context-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      const place = join(folder, path);
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, content);
    }
    const recipe = { dockerfile: 'Dockerfile', buildArguments: {} };
    await publishImages(cloud, [{ folder, id: name.imageTag, ...name, recipe }]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return `${REGISTRY}/${name.repositoryName}:${name.imageTag}`;
}

/** A runtime without packages: it does what the event says, and answers with what it sees. */
export const TEST_RUNTIME = `
import json, os, sys, time, urllib.request
api = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime"
def post(path, value):
    urllib.request.urlopen(urllib.request.Request(f"{api}/{path}", json.dumps(value).encode(), method="POST")).read()
if "init" in sys.argv:
    post("init/error", {"errorType": "Runtime.ImportModuleError", "errorMessage": "Unable to import module 'x'"})
    sys.exit(1)
if "exit" in sys.argv:
    print("ended before the first invocation")
    sys.exit(3)
while True:
    with urllib.request.urlopen(f"{api}/invocation/next") as answer:
        request, event = answer.headers["Lambda-Runtime-Aws-Request-Id"], json.load(answer)
    print("got", event)
    if "call" in event:
        urllib.request.urlopen(event["call"]).read()
    if "fill" in event:
        filled = bytearray(event["fill"])
    time.sleep(event.get("sleep", 0))
    names = [name for name in os.environ if name.startswith(("AWS_", "_HANDLER", "LAMBDA"))]
    post(f"invocation/{request}/response", {
        "arguments": sys.argv[1:], "folder": os.getcwd(), "greeting": os.environ.get("GREETING"),
        "word": os.environ.get("WORD"), "names": sorted(names), "function": os.environ["AWS_LAMBDA_FUNCTION_NAME"],
    })
`;

/** The build context of an image with this runtime. */
export const TEST_IMAGE: Readonly<Record<string, string>> = {
  'runtime.py': TEST_RUNTIME,
  Dockerfile:
    'FROM python:3.12-slim\nENV WORD=image GREETING=image\nWORKDIR /work\nCOPY runtime.py /run/\nENTRYPOINT ["python3", "/run/runtime.py"]\nCMD ["one", "two"]\n',
};
