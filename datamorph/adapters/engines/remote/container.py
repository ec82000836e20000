"""First code in a container of engine ecs, given to its Python as text: fetches the entry script and runs it.

The image needs Python with pyspark, pysail and boto3, and nothing of this package: a new transform needs no new image.
Arguments: URI of the script, URI of the zip of its modules, then the script's own.
"""

# boto3 and pysail have no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportOptionalIterable=false

import os
import runpy
import sys
import tempfile
import traceback

import boto3
from botocore.config import Config
from pysail.spark import SparkConnectServer

folder = tempfile.mkdtemp()
s3 = boto3.client("s3", config=Config(retries={"mode": "standard", "total_max_attempts": 8}))  # as the script's own
for uri, name in zip(sys.argv[1:3], ("run_transform.py", "modules.zip"), strict=True):
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    s3.download_file(bucket, key, f"{folder}/{name}")
sys.path.insert(0, f"{folder}/modules.zip")
server = SparkConnectServer(ip="127.0.0.1", port=0)
server.start(background=True)
os.environ["SPARK_REMOTE"] = "sc://{}:{}".format(*server.listening_address)
sys.argv = [f"{folder}/run_transform.py", *sys.argv[3:]]
code = 0
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit as end:
    code = end.code if isinstance(end.code, int) else int(end.code is not None)
except BaseException:
    traceback.print_exc()
    code = 1
sys.stdout.flush()
sys.stderr.flush()
os._exit(code)  # at an ordinary end, a server that is collected before its session makes Python hang
