"""Writers in two regions that don't hear of each other: the example's scenario in short."""
import json
import re
import subprocess
import sys

from conftest import DEPLOY, LIFEBOAT, deploy_environment
from test_drills import REGRADE

SCENARIO = DEPLOY.parent / "drill-split-brain.yaml"


def test_increments_of_the_losing_region_are_lost_and_values_only_overtaken(tmp_path):
    text = SCENARIO.read_text()
    for long, short in (("run: ./deploy.sh", f"run: {DEPLOY}"), ("for: 20s", "for: 10s"), ("window: 20s", "window: 10s"),
                        ("watch: 20s", "watch: 1s"), ("count: 30", "count: 12"),
                        ("timeout: 5s", "timeout: 5s\n  max_late: 500ms")):
        assert long in text
        text = text.replace(long, short)
    file, out = tmp_path / "drill.yaml", tmp_path / "out"
    file.write_text(text)
    done = subprocess.run([LIFEBOAT, "drill", "run", str(file), "--out", str(out), "--quiet"], env=deploy_environment(),
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=400)
    assert done.returncode == 1, done.stdout + done.stderr
    report = json.loads((out / "report.json").read_text())
    conflicts = report["conflicts"]
    assert conflicts["lost_increments"] > 0 and conflicts["overtaken"] > 0
    # Whoever has the last word, it was somebody's: nothing else is wrong.
    assert conflicts["lost"] == 0
    assert report["verdict"]["rto"] == "met" and report["verdict"]["rpo"] == "met"
    assert re.search(r"increment", " ".join(report["verdict"]["missed"])), report["verdict"]
    independent = subprocess.run([sys.executable, str(REGRADE), str(out / "journal.jsonl.gz"), str(out / "report.json")],
                                 capture_output=True, text=True, timeout=120)
    assert independent.returncode == 0, independent.stderr
