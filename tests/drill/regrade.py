#!/usr/bin/env python3
"""Recomputes RTO, RPO and the missing writes from a drill's journal.jsonl, by docs/drill.md alone.

An independent check of `lifeboat drill grade`: it shares no code with it. Prints one JSON object
with a list of runs. Usage: regrade.py journal.jsonl
"""
import bisect
import collections
import json
import sys

STEP = 100_000  # Windows begin at T0 and every tenth of a second after it.


def good_window(points, begin, rule):
    """points: sorted (scheduled, latency, correct) of one class and cohort."""
    window, size = int(rule["window_s"] * 1e6 + .5), int(rule["bucket_s"] * 1e6 + .5)
    n = ok = quick = 0
    for start in range(begin, begin + window, size):
        lo = bisect.bisect_left(points, (start,))
        hi = bisect.bisect_left(points, (start + size,))
        good = sum(p[2] for p in points[lo:hi])
        if hi == lo or good < rule["bucket_success"] * (hi - lo) - 1e-9:
            return False
        n, ok = n + hi - lo, ok + good
        quick += sum(p[1] <= rule["p99_s"] * 1e6 for p in points[lo:hi])
    return n >= rule["min_samples"] and ok >= rule["success"] * n - 1e-9 and quick >= -(-n * 99 // 100)


def recovered_from(points, t0, until, rule):
    first, begin = None, t0
    while begin + int(rule["window_s"] * 1e6 + .5) <= until:
        if not good_window(points, begin, rule):
            first = None
        elif first is None:
            first = begin
        begin += STEP
    return first


def writes_of(attempts):
    """{key: {seq: write}}; acknowledged beats unknown beats failed."""
    keys = collections.defaultdict(dict)
    for a in attempts:
        if a["op"] == "get":
            continue
        w = keys[a["key"]].setdefault(a["seq"], {"op": a["op"], "outcome": "failed",
                                                 "sent": a["sent"], "acked": None})
        w["sent"] = min(w["sent"], a["sent"])
        if a["outcome"] == "acknowledged":
            w["acked"] = min(a["done"], w["acked"] or a["done"])
            w["outcome"] = "acknowledged"
        elif a["outcome"] == "unknown" and w["outcome"] == "failed":
            w["outcome"] = "unknown"
    return keys


def reach(writes, seen, t):
    """Up to which sequence number the key's writes are there; an absent item has its deletes."""
    if seen is not None:
        return seen
    return max([s for s, w in writes.items()
                if w["op"] == "delete" and w["outcome"] != "failed" and w["sent"] <= t], default=0)


def find_missing(keys, audits):
    found = {}
    for line in audits:
        if line["key"] in keys and not line.get("error"):
            r = reach(keys[line["key"]], line["seen"], line["t"])
            old = found.get(line["key"], (r, line["asked"]))
            found[line["key"]] = (min(old[0], r), min(old[1], line["asked"]))
    return sorted((w["acked"], key, seq) for key, (r, asked) in found.items()
                  for seq, w in keys[key].items()
                  if w["outcome"] == "acknowledged" and w["acked"] <= asked and seq > r)


def correct(last, acked, keys, excused):
    if last["op"] != "get":
        return acked or (last["op"] != "create" and last["status"] == 404 and excused)
    writes = keys.get(last["key"], {})
    found = acked and last.get("seen") is not None
    if not found and last["status"] != 404 or not writes:
        return found
    floor = max([s for s, w in writes.items()
                 if w["outcome"] == "acknowledged" and w["acked"] <= last["sent"]], default=0)
    return reach(writes, last["seen"] if found else None, last["done"]) >= floor or excused


def grade(lines):
    by = collections.defaultdict(list)
    for line in lines:
        by[line["type"]].append(line)
    scenario = by["run"][0]["scenario"]
    rule = scenario["recovered_when"]
    states = {f["state"]: f["t"] for f in by["fault"] if f["index"] == 0}
    t0 = states.get("skipped", states.get("in-force"))
    settle = min([p["t"] for p in by["phase"] if p["name"] == "settle"], default=None)
    until = states.get("heal-asked", settle)
    keys = writes_of(by["attempt"])
    missing = find_missing(keys, by["audit"])
    lost = {key for _, key, _ in missing}

    requests = collections.defaultdict(list)
    for a in by["attempt"]:
        requests[a["id"]].append(a)
    series = collections.defaultdict(list)
    for tries in requests.values():
        tries.sort(key=lambda a: a["n"])
        last, begun = tries[-1], tries[0]["scheduled"]
        acked = any(a["outcome"] == "acknowledged" for a in tries)
        excused = last["sent"] >= t0 and (last["key"] in lost or not by["audit-end"])
        if last["last"] and t0 <= begun < until:
            series[last["op"] == "get", last["cohort"]].append(
                (begun, last["done"] - begun, bool(correct(last, acked, keys, excused))))

    worst = t0
    for cohort in scenario["cohorts"]:
        for is_read in (True, False):
            if worst is None or not cohort["counted"]:
                continue
            first = recovered_from(sorted(series[is_read, cohort["name"]]), t0, until, rule)
            worst = None if first is None else max(worst, first)

    last_ack = max([a["done"] for a in by["attempt"] if a["op"] != "get"
                    and a["outcome"] == "acknowledged" and a["region"] == scenario["lost_region"]
                    and a["done"] <= states.get("heal-asked", a["done"])] + [t0])
    return {"run": by["run"][0]["run"],
            "rto_s": None if worst is None else (worst - t0) / 1e6,
            "rpo_s": max(0, last_ack - missing[0][0]) / 1e6 if missing else 0.0,
            "missing": [[key, seq] for _, key, seq in missing]}


def main():
    runs = collections.defaultdict(list)
    with open(sys.argv[1], encoding="utf-8") as journal:
        for text in journal:
            line = json.loads(text)
            runs[line["run"]].append(line)
    print(json.dumps([grade(lines) for _, lines in sorted(runs.items())]))


if __name__ == "__main__":
    main()
