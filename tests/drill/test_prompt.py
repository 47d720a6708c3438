"""Decisions that a person types at a terminal, and what a drill leaves behind that does not come to its end."""
import json
import os
import pathlib
import pty
import select
import signal
import subprocess
import time

from conftest import DEPLOY, LIFEBOAT, TECHMODA_TARGET, deploy_environment, processes_below, wait_until

# With this seed the fault comes a second after the baseline.
SCENARIO = """
lifeboat: 1
name: person
strategy: warm-standby
world: {{regions: [us-east-1, us-west-2], primary: us-east-1, era: today}}
objectives: {{rpo: 1m, rto: 3m}}
setup: {{run: {deploy}, timeout: 5m}}
{target}
workload:
  seed: {seed}
  max_late: 500ms
  reads: {{rate: 15/s}}
  writes: {{rate: 15/s, create: 100%, update: 0%, delete: 0%}}
clients:
  - {{name: fresh, dns: none, connections: per-request, attempts: 1}}
baseline: {{for: 10s, success: 99%}}
faults:
  - {{kind: kill, region: us-east-1, at: {{after: baseline, jitter: 60s}}}}
decision: {decision}
recovered_when: {{window: 10s, p99: 4s}}
observe_for: 2m
"""
SEED = 24


def write_scenario(folder, decision):
    file = folder / "drill.yaml"
    file.write_text(SCENARIO.format(deploy=DEPLOY, decision=decision, seed=SEED, target=TECHMODA_TARGET))
    return str(file), folder / "out"


def grades(out):
    return subprocess.run([LIFEBOAT, "drill", "grade", str(out), "--quiet"], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=120)


class AtTerminal:
    """A command whose terminal is ours."""

    def __init__(self, *arguments):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(LIFEBOAT, [LIFEBOAT, *arguments], deploy_environment())
        self.text = ""

    def read(self):
        """What it has shown so far."""
        while select.select([self.fd], [], [], 0)[0]:
            try:
                self.text += os.read(self.fd, 65536).decode(errors="replace")
            except OSError:  # The other end was closed.
                break
        return self.text

    def type(self, keys):
        os.write(self.fd, keys.encode())

    def wait(self, timeout_s):
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            self.read()
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid != 0:
                self.read()
                os.close(self.fd)
                return os.waitstatus_to_exitcode(status)
            select.select([self.fd], [], [], 0.1)
        os.kill(self.pid, signal.SIGKILL)
        raise AssertionError(f"it did not end in time:\n{self.text}")


def test_a_person_decides_blind_and_ctrl_c_leaves_a_journal_and_no_process(tmp_path):
    file, out = write_scenario(tmp_path, "{by: prompt}")
    drill = AtTerminal("drill", "run", file, "--out", str(out))
    journal = out / "journal.jsonl"
    wait_until(lambda: "decide NAME" in drill.read(), 120)
    wait_until(lambda: drill.read() and '"in-force"' in journal.read_text(), 120)
    # The first failures are in the journal, and the person still sees nothing.
    wait_until(lambda: drill.read() and '"outcome":"failed"' in journal.read_text(), 30)
    for secret in ("T0", "fault", "killed", "failure"):
        assert secret not in drill.read(), drill.text
    drill.type("decide Ada Lovelace\r")
    wait_until(lambda: "Ada Lovelace" in drill.read().split("T2", 1)[-1] and "T0" in drill.text, 30)
    assert "us-east-1 killed" in drill.text
    assert processes_below(out)
    drill.type("\x03")
    assert drill.wait(60) == 130, drill.text
    assert not processes_below(out)
    assert grades(out).returncode == 130  # It was interrupted.
    report = json.loads((out / "report.json").read_text())
    assert report["outages"][0]["t2_source"] == "Ada Lovelace"
    assert report["faults"][0]["cleared"] is not None


def test_without_a_terminal_nobody_can_be_asked(tmp_path):
    file, out = write_scenario(tmp_path, "{by: prompt}")
    done = subprocess.run([LIFEBOAT, "drill", "run", file, "--out", str(out)], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "a decision by prompt needs a terminal" in done.stderr
    assert not out.exists()


def test_a_failover_script_that_fails_lifts_the_faults_and_leaves_a_journal_and_no_process(tmp_path):
    script = tmp_path / "failover.sh"
    script.write_text("#!/bin/sh\necho no; exit 7\n")
    script.chmod(0o755)
    file, out = write_scenario(
        tmp_path, "{by: operator, reaction: 0s, run: ./failover.sh, detect: {first-failures: 1s}}")
    done = subprocess.run([LIFEBOAT, "drill", "run", file, "--out", str(out), "--quiet"], env=deploy_environment(),
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
    assert done.returncode == 3, done.stdout + done.stderr
    assert "failover ended with status 7" in done.stderr
    assert not processes_below(out)
    assert grades(out).returncode == 3
    report = json.loads((out / "report.json").read_text())
    assert report["faults"][0]["cleared"] is not None
