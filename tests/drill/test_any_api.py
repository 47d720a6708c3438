"""A drill of an API that is nothing like TechModa's: examples/orders on a world of its own, regraded by a stranger."""
import gzip
import json
import re
import subprocess
import sys

from conftest import LIFEBOAT, ROOT, deploy_environment
from test_drills import REGRADE

ORDERS = ROOT / "examples/orders"
SECRET = "a-key-that-nobody-may-read-9f3c"


def short(text):
    """The example's scenario with short windows and clients that ask DNS each time."""
    text = text.replace("run: ./deploy.sh", f"run: {ORDERS}/deploy.sh")
    text = re.sub(r"clients:\n(  - .*\n)+", "clients:\n  - {name: fresh, dns: none, connections: per-request, attempts: 2}\n", text)
    text = text.replace("rate: 40/s", "rate: 16/s").replace("rate: 20/s", "rate: 16/s")
    # Few keys, so that their audit takes seconds; a generator that may be late, since another drill runs beside this one.
    text = text.replace("create: 60%, update: 30%, delete: 10%", "create: 15%, update: 80%, delete: 5%")
    text = text.replace("timeout: 5s", "timeout: 5s\n  max_late: 500ms")
    for key, value in {"baseline": "{for: 13s, success: 99.9%}", "observe_for": "60s",
                       "recovered_when": "{window: 10s, success: 99%, bucket: {size: 5s, success: 95%}, p99: 4s}"}.items():
        text, count = re.subn(rf"^{key}: .*$", f"{key}: {value}", text, flags=re.M)
        assert count == 1, key
    return text


def test_the_order_api_is_drilled_by_its_description(tmp_path):
    file, out = tmp_path / "drill.yaml", tmp_path / "out"
    file.write_text(short((ORDERS / "drill.yaml").read_text()))
    env = deploy_environment(ORDERS_API_KEY=SECRET)
    done = subprocess.run([LIFEBOAT, "drill", "run", str(file), "--out", str(out), "--quiet"], env=env,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=400)
    assert (out / "report.json").exists(), f"{done.returncode}\n{done.stdout}{done.stderr}"
    report = json.loads((out / "report.json").read_text())
    assert done.returncode == 0, report["verdict"]
    journal = gzip.open(out / "journal.jsonl.gz", "rt").read()
    lines = [json.loads(line) for line in journal.splitlines()]

    # Orders have ids of their own, and are found by them: in the table, and through the API.
    final = [line for line in lines if line["type"] == "final" and line["item"]]
    assert len(final) > 400 and all(re.fullmatch(r"ORDER#[0-9a-f-]{36}\|META", line["item"]) for line in final)
    audited = [line for line in lines if line["type"] == "audit" and line["via"] == "api" and line["seen"]]
    assert len(audited) > 200 and all(line["match"] for line in audited)
    # The lock's version was always the present one.
    updates = [line for line in lines if line["type"] == "attempt" and line["op"] == "update"]
    assert len(updates) > 50 and not [line for line in updates if line["status"] == 409]
    assert report["rpo"]["missing_count"] == report["writes"]["late"]
    assert report["writes"]["duplicate"] == 0

    for path in (p for p in out.rglob("*") if p.is_file()):
        assert SECRET.encode() not in path.read_bytes(), path.name
    assert SECRET not in journal + done.stdout + done.stderr
    independent = subprocess.run([sys.executable, str(REGRADE), str(out / "journal.jsonl.gz"), str(out / "report.json")],
                                 capture_output=True, text=True, timeout=120)
    assert independent.returncode == 0, independent.stderr


def test_a_missing_secret_is_named_before_anything_starts(tmp_path):
    for arguments in (["check"], ["run", "--out", str(tmp_path / "out")]):
        done = subprocess.run([LIFEBOAT, "drill", arguments[0], str(ORDERS / "drill.yaml"), *arguments[1:]],
                              env=deploy_environment(), capture_output=True, text=True, timeout=60)
        assert done.returncode == 2 and "ORDERS_API_KEY" in done.stderr, done.stderr
    assert not (tmp_path / "out").exists()
