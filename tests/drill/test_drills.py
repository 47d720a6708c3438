"""Whole drills in small: an injected lag whose loss can be worked out, and the two controls.

Two files of drills run at a time, so their generators may be late by more than 100 ms: `max_late` in their scenarios."""
import json
import os
import pathlib
import subprocess
import sys

import pytest

from conftest import DEPLOY, LIFEBOAT, TECHMODA_TARGET, deploy_environment

REGRADE = pathlib.Path(__file__).parent / "regrade.py"
# So few of the items are missing after the loss that the survivor's answers are not "without data".
LAG_S = 1
WRITES_PER_S = 10

SCENARIO = """
lifeboat: 1
name: small
strategy: warm-standby
world: {{regions: [us-east-1, us-west-2], primary: us-east-1, era: today}}
objectives: {{rpo: 1m, rto: 3m}}
{assume}
setup: {{run: {deploy}, timeout: 5m}}
{target}
workload:
  seed: 7
  timeout: 5s
  max_late: 500ms
  reads: {{rate: 50/s}}
  writes: {{rate: {writes}/s, create: 100%, update: 0%, delete: 0%}}
clients:
  - {{name: fresh, dns: none, connections: per-request, attempts: 1}}
baseline: {{for: 25s, success: 99.9%}}
faults:
  - {{kind: kill, region: us-east-1, at: {{after: baseline, jitter: 1s}}}}
decision: {{by: health-check}}
recovered_when: {{window: 15s, success: 99%, bucket: {{size: 5s, success: 95%}}, p99: 4s}}
observe_for: 60s
failback: {{by: health-check, watch: 5s}}
repeat: {{runs: 1, verdict: worst}}
"""


def run_drill(folder, *arguments, assume="", scenario=SCENARIO):
    """(exit code, report) of one drill."""
    file = folder / "drill.yaml"
    file.write_text(scenario.format(deploy=DEPLOY, writes=WRITES_PER_S, assume=assume, target=TECHMODA_TARGET))
    out = folder / "out"
    done = subprocess.run([LIFEBOAT, "drill", "run", str(file), "--out", str(out), "--quiet", *arguments],
                          env=deploy_environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=400)
    report = out / "report.json"
    assert report.exists(), f"{done.returncode}\n{done.stdout}{done.stderr}"
    return done.returncode, json.loads(report.read_text()), out


def test_an_injected_lag_is_the_rpo(tmp_path):
    code, report, out = run_drill(tmp_path, assume=f"assume: {{replication_lag: {LAG_S}s}}")
    assert code == 0, report["verdict"]
    resolution = report["validity"]["rpo_resolution_s"]
    # The longest gap between two acknowledgements before the fault.
    assert 0.9 / WRITES_PER_S <= resolution < 1
    # What was acknowledged in the last LAG_S seconds is missing, give or take what a busy machine takes to commit.
    assert report["rpo"]["seconds"] == pytest.approx(LAG_S, abs=2 * resolution + 0.25)
    assert report["rpo"]["missing_count"] == pytest.approx(LAG_S * WRITES_PER_S, abs=6)
    # They were on the dead region's disk, and come after the heal.
    assert report["writes"]["late"] == report["rpo"]["missing_count"]

    graded = subprocess.run([LIFEBOAT, "drill", "grade", str(out), "--json"], capture_output=True, text=True, timeout=120)
    assert graded.returncode == 0 and json.loads(graded.stdout) == report
    independent = subprocess.run([sys.executable, str(REGRADE), str(out / "journal.jsonl.gz"), str(out / "report.json")],
                                 capture_output=True, text=True, timeout=120)
    assert independent.returncode == 0, independent.stderr
    assert len(json.loads(independent.stdout)[0]["missing"]) == report["rpo"]["missing_count"]


@pytest.mark.parametrize("control,status", [
    ("no-fault", "met"),
    ("no-recovery", "missed"),
])
@pytest.mark.skipif("LIFEBOAT_SOAK" not in os.environ, reason="soak")
def test_a_control_behaves_as_it_must(tmp_path, control, status):
    code, report, _ = run_drill(tmp_path, "--control", control)
    assert code == 0, report["verdict"]
    assert len(report["run"]["deployment_digest"]) == 64
    assert report["verdict"]["status"] == status


STATIONARY = SCENARIO.replace("{{name: fresh, dns: none, connections: per-request, attempts: 1}}",
                              "{{name: browser, dns: ttl, connections: per-request, attempts: 1}}")


# Two drills of some three minutes each; the same property is tested in virtual time by drill_test.
@pytest.mark.skipif("LIFEBOAT_SOAK" not in os.environ, reason="soak")
def test_no_figure_depends_on_the_length_of_the_baseline(tmp_path):
    clients = []
    for baseline in (12, 40):
        folder = tmp_path / str(baseline)
        folder.mkdir()
        code, report, _ = run_drill(folder, scenario=STATIONARY.replace("for: 25s", f"for: {baseline}s")
                                    .replace("observe_for: 60s", "observe_for: 2m"))
        assert code == 0, report["verdict"]
        clients.append(report["rto"]["phases"]["clients_s"])
    assert abs(clients[0] - clients[1]) < 5, clients
