"""The JavaScript SDK v3 against a running region: tests/js with node's own test runner."""
import os
import pathlib
import shutil
import subprocess

import pytest

JS = pathlib.Path(__file__).resolve().parent.parent / "js"


@pytest.mark.parametrize("file", sorted(path.name for path in JS.glob("*.test.mjs")))
def test_js_sdk(world, file):
    if not shutil.which("node") or not (JS / "node_modules").is_dir():
        pytest.skip("`scripts/setup test` installs node and the SDK")
    done = subprocess.run(["node", "--test", "--test-reporter=tap", file], cwd=JS, capture_output=True, text=True, timeout=300,
                          env=os.environ | {"LIFEBOAT_ENDPOINT": world.endpoint("us-east-1")})
    assert done.returncode == 0, done.stdout + done.stderr
