#!/usr/bin/env python3
"""Recomputes the numbers of a drill's report from its journal, by docs/drill.md alone.

An independent check of `lifeboat drill grade`: it shares no code with it. Prints one JSON object with a list of runs;
with a report.json beside it, compares that and exits 1 with the names of the numbers that differ.
Usage: regrade.py journal.jsonl[.gz] [report.json], or regrade.py --folder DIR with NAME.jsonl and NAME.json
"""
import bisect
import collections
import gzip
import json
import math
import pathlib
import sys

STEP = 100_000  # Windows begin at T0 and every tenth of a second after it.
INFINITE = float("inf")


def us(seconds):
    return int(math.floor((seconds or 0) * 1e6 + .5))


def seconds(micros):
    return None if micros is None or micros == INFINITE else micros / 1e6


def between(start, end):
    return None if start is None or end is None else (end - start) / 1e6


class Rules:
    """What the grader goes by, from the `run` line."""

    def __init__(self, line):
        s = self.scenario = line["scenario"]
        self.version, self.control = line["version"], line.get("control") or "none"
        self.lost, self.survivors = s.get("lost_region", ""), s.get("survivors", [])
        self.regions = s.get("regions") or ([self.lost] if self.lost else []) + self.survivors
        # Where no failback is planned nothing brings the lost region up to date.
        self.holders = self.survivors if s.get("failback", {}).get("by") == "none" else self.regions
        self.window = {k: v for k, v in s["recovered_when"].items()}
        self.length, self.bucket = us(self.window["window_s"]), us(self.window["bucket_s"])
        load = s.get("workload", {})
        self.rates = {True: load.get("read_rate", 0), False: load.get("write_rate", 0)}
        self.cohorts = s["cohorts"]
        self.timeout = load.get("timeout_s", 0)
        self.lag = us(s.get("max_lag_s", (s.get("assumed_lag") or {}).get("max_s", 0))) + 1_000_000
        self.by_check = s.get("decision", {}).get("by", "health-check") == "health-check"
        strategy = s.get("strategy", "")
        self.exposed_from = .95 if strategy and strategy != "multi-site" else .2

    def shared(self, attempt):
        cohort = next((c for c in self.cohorts if c["name"] == attempt["cohort"]), {})
        return attempt["op"] in ("put", "put_if", "increment") or bool((cohort.get("keys") or {}).get("shared"))


def is_traffic(attempt):
    return attempt["cohort"] not in ("seed", "preflight")


def collect_writes(attempts, rules):
    """{key: {seq: write}} of keys with one writer; acknowledged beats unknown beats failed."""
    shared = {a["key"] for a in attempts if rules.shared(a)}
    keys = collections.defaultdict(dict)
    for a in attempts:
        if a["op"] == "get" or a["cohort"] == "preflight" or a["key"] in shared:
            continue
        w = keys[a["key"]].setdefault(a["seq"], {
            "op": a["op"], "key": a["key"], "seq": a["seq"], "outcome": "failed", "sent": a["sent"], "acked": None,
            "region": None, "cohort": a["cohort"], "client": a.get("client", 0)})
        w["sent"] = min(w["sent"], a["sent"])
        if a["outcome"] == "acknowledged" and (w["acked"] is None or a["done"] < w["acked"]):
            w.update(outcome="acknowledged", acked=a["done"], region=a["region"])
        elif a["outcome"] == "unknown" and w["outcome"] == "failed":
            w["outcome"] = "unknown"
    return keys


def reach(writes, seen, t):
    """Up to which number the key's writes are there; an absent item has its deletes."""
    if seen is not None:
        return seen
    return max([s for s, w in writes.items()
                if w["op"] == "delete" and w["outcome"] != "failed" and w["sent"] <= t], default=0)


def collect_requests(attempts, rules):
    tries = collections.defaultdict(list)
    for a in attempts:
        if is_traffic(a):
            tries[a["id"]].append(a)
    out = []
    for some in tries.values():
        some.sort(key=lambda a: a["n"])
        first, last = some[0], some[-1]
        if last["last"]:
            out.append({"id": last["id"], "cohort": first["cohort"], "client": first.get("client", 0), "op": first["op"],
                        "key": first["key"], "scheduled": first["scheduled"], "sent": last["sent"], "done": last["done"],
                        "first_sent": first["sent"], "region": last["region"], "status": last["status"],
                        "seen": last.get("seen"), "match": last.get("match"), "error": last.get("error", ""),
                        "shared": rules.shared(first), "attempts": len(some), "correct": False, "excused": False,
                        "acked": any(a["outcome"] == "acknowledged" for a in some)})
    return sorted(out, key=lambda r: (r["scheduled"], r["id"]))


def judge(requests, keys, lost_keys, t0, heal, rules):
    """Marks every request correct or excused; returns the counts of reads."""
    reads = collections.Counter(stale=0, stale_beyond_lag=0, ryw=0, nonmonotonic=0, missing_item=0, wrong_content=0)
    before = collections.defaultdict(list)
    for r in sorted(requests, key=lambda r: r["done"]):
        excuse = r["key"] in lost_keys and t0 is not None and t0 <= r["sent"] and (heal is None or r["sent"] < heal)
        r["excused"] = False
        if r["op"] != "get":
            r["correct"] = r["acked"] or (r["op"] == "put_if" and r["status"] == 409)
            if not r["acked"] and r["op"] != "create" and r["status"] == 404:
                r["correct"] = r["excused"] = excuse
            continue
        found, absent = r["acked"] and r["seen"] is not None, r["status"] == 404
        r["correct"] = r["acked"] or absent if r["shared"] else found
        if found and r["match"] is False:
            reads["wrong_content"] += 1
            r["correct"] = False
            continue
        writes = keys.get(r["key"])
        if r["shared"] or not (found or absent) or not writes:
            continue
        acked = [w for w in writes.values() if w["outcome"] == "acknowledged" and w["acked"] <= r["sent"]]
        floor = max([w["seq"] for w in acked], default=0)
        here = reach(writes, None if absent else r["seen"], r["done"])
        who = (r["cohort"], r["client"], r["key"])
        best = max([n for done, n in before[who] if done <= r["sent"]], default=0)
        before[who].append((r["done"], here))
        r["correct"] = True
        if here >= floor and here >= best:
            continue
        if excuse:
            reads["missing_item"] += 1
            r["excused"] = True
            continue
        reads["nonmonotonic"] += here < best
        if here >= floor:
            continue
        reads["stale"] += 1
        owner = writes[max(writes)]
        reads["ryw"] += (owner["cohort"], owner["client"]) == who[:2]
        r["correct"] = all(w["region"] != r["region"] and r["sent"] - w["acked"] < rules.lag
                           for w in acked if w["seq"] > here)
        reads["stale_beyond_lag"] += not r["correct"]
    return dict(reads)


class Series:
    """Requests of one class and cohort, with sums so that a window costs little."""

    def __init__(self, requests, rules):
        self.rules, self.at = rules, [r["scheduled"] for r in requests]
        self.good, self.quick, self.excused = [0], [0], [0]
        limit = us(rules.window["p99_s"])
        for r in requests:
            self.good.append(self.good[-1] + bool(r["correct"]))
            self.quick.append(self.quick[-1] + (r["done"] - r["scheduled"] <= limit))
            self.excused.append(self.excused[-1] + bool(r["excused"]))

    def judge(self, begin):
        """True, False, or None when there are too few requests."""
        rule = self.rules.window
        end = begin + self.rules.length
        lo, hi = bisect.bisect_left(self.at, begin), bisect.bisect_left(self.at, end)
        n = hi - lo
        if n < rule["min_samples"]:
            return None
        for start in range(begin, end, self.rules.bucket):
            a = bisect.bisect_left(self.at, start)
            b = bisect.bisect_left(self.at, min(start + self.rules.bucket, end))
            if a == b or self.good[b] - self.good[a] < rule["bucket_success"] * (b - a) - 1e-9:
                return False
        return (self.good[hi] - self.good[lo] >= rule["success"] * n - 1e-9
                and self.quick[hi] - self.quick[lo] >= -(-n * 99 // 100)
                and self.excused[hi] - self.excused[lo] <= .05 * n + 1e-9)


def recover(rules, counted, requests, t0, in_force, not_before, until):
    """{(cohort, is_read): start of its good windows}, at the first moment at which all counted are good."""
    all_series = {}
    for cohort in rules.cohorts:
        for is_read in (True, False):
            if rules.rates[is_read] > 0:
                all_series[cohort["name"], is_read] = Series(
                    [r for r in requests if r["cohort"] == cohort["name"] and (r["op"] == "get") == is_read
                     and t0 <= r["scheduled"] < until], rules)
    starts = dict.fromkeys(all_series)
    begin = t0
    while begin + rules.length <= until:
        if begin >= in_force:
            for name, series in all_series.items():
                good = series.judge(begin)
                if good is False:
                    starts[name] = None
                elif good and starts[name] is None:
                    starts[name] = begin
        if all(starts[n] is not None for n in starts if n[0] in counted) and begin + rules.length >= not_before:
            break
        begin += STEP
    return starts


def latest(starts, cohorts):
    values = [starts[n] for n in starts if n[0] in cohorts]
    return None if not values or None in values else max(values)


def since_all(lines, wanted):
    """The latest time since which each server that answers has answered as wanted."""
    since = {}
    for line in lines:
        if line.get("error"):
            continue
        if not wanted(line):
            since[line["server"]] = None
        elif since.get(line["server"]) is None:
            since[line["server"]] = line["t"]
    return None if not since or None in since.values() else max(since.values())


class Run:
    def __init__(self, lines):
        self.by = collections.defaultdict(list)
        for line in lines:
            self.by[line["type"]].append(line)
        for some in self.by.values():
            some.sort(key=lambda line: line["t"])
        self.by["dns"].sort(key=lambda d: (d["t"], d["server"], d.get("asked", 0)))
        self.rules = Rules(self.by["run"][0])
        self.attempts = self.by["attempt"]
        self.phases = {}
        for p in self.by["phase"]:
            self.phases.setdefault(p["name"], p["t"])
        last = max([a["done"] for a in self.attempts] + [p["t"] for p in self.by["phase"]]
                   + [e["t"] for e in self.by["end"]] + [0])
        self.load_until = self.phases.get("settle", last)
        self.keys = collect_writes(self.attempts, self.rules)
        self.requests = collect_requests(self.attempts, self.rules)
        self.audit_end = max([a["t"] for a in self.by["audit-end"]], default=None)

    # Times

    def find_fault(self):
        faults = collections.defaultdict(dict)
        specs = self.rules.scenario.get("faults", [])
        for f in self.by["fault"]:
            one = faults[f["index"]]
            one.setdefault(f["state"], f["t"])
            spec = specs[f["index"]] if f["index"] < len(specs) else {}
            one["takes"] = f.get("takes_region", spec.get("takes_region", spec.get("kind") in ("kill", "freeze")))
            one["region"] = (f.get("region") or self.rules.lost) if one["takes"] else ""
            one["group"] = f.get("group", 0)
        groups = sorted({f["group"] for f in faults.values()} - {0})
        firsts = [min(f.get("asked", f.get("in-force", 0)) for f in faults.values() if f["group"] == g) for g in groups]
        self.until = min(firsts, default=self.load_until)
        mine = [f for f in faults.values() if f["group"] == 0]
        for f in mine:
            if "skipped" in f:
                f["asked"] = f["in-force"] = f["skipped"]
        forced = sorted((not f["takes"], f["in-force"], i) for i, f in enumerate(mine) if "in-force" in f)
        if not forced:
            return False
        lead = mine[forced[0][2]]
        self.region = lead["region"] or next((f["region"] for f in mine if f["region"]), "")
        self.loser = self.region or self.rules.lost
        self.asked, self.t0 = lead.get("asked", lead["in-force"]), lead["in-force"]
        self.heal, self.healed = lead.get("heal-asked"), lead.get("cleared")
        self.observed = min(self.until, self.heal if self.heal is not None else self.until)
        self.in_force = max(f["in-force"] for f in mine if "in-force" in f)
        self.is_control = "skipped" in lead
        if lead["takes"] and not self.is_control:
            failed = [a["done"] for a in self.attempts
                      if a["region"] == self.region and a["outcome"] != "acknowledged" and is_traffic(a)
                      and a["status"] not in (404, 409) and self.asked <= a["done"] < self.t0]
            self.t0 = min(failed + [self.t0])
            for f in sorted(mine, key=lambda f: f.get("asked", 0)):
                if f is not lead and f.get("in-force", INFINITE) < self.t0:
                    self.t0 = self.first_bad_bucket(f["in-force"])
        return True

    def first_bad_bucket(self, start):
        counted = {c["name"] for c in self.rules.cohorts if c.get("counted", True)}
        buckets = collections.defaultdict(lambda: [0, 0])
        for r in self.requests:
            if start <= r["scheduled"] < self.t0 and r["cohort"] in counted:
                cell = buckets[(r["scheduled"] - start) // self.rules.bucket, r["cohort"], r["op"] == "get"]
                cell[0] += 1
                cell[1] += bool(r["correct"])
        bad = [start + k[0] * self.rules.bucket for k, (n, good) in buckets.items()
               if good < self.rules.window["bucket_success"] * n - 1e-9
               and start + (k[0] + 1) * self.rules.bucket <= self.t0]
        return min(bad, default=self.t0)

    def find_decision(self):
        self.t1 = self.t2 = self.t3 = None
        if self.is_control:
            return
        state = {}
        for h in self.by["health"]:
            turned, state[h["check"]] = state.get(h["check"], True), h["healthy"]
            if not h["healthy"] and turned and self.region and h.get("region") == self.region \
                    and self.asked <= h["t"] <= self.until:
                self.t1 = h["t"] if h["t"] <= self.observed else None
                break
        for c in self.by["command"]:
            if c["name"] == "detect" and c["state"] == "end" and c.get("exit") == 0 \
                    and self.asked <= c["t"] <= self.observed:
                self.t1 = c["t"] if self.t1 is None else min(self.t1, c["t"])
        self.t2 = self.t1 if self.rules.by_check else None
        decided = [d["t"] for d in self.by["decision"]
                   if d["state"] == "decided" and self.asked <= d["t"] <= self.observed]
        if decided:
            self.t2 = decided[0]
        inside = [d for d in self.by["dns"] if self.t0 <= d["t"] <= self.observed]
        t3 = since_all(inside, lambda d: d["regions"] and len(d["regions"]) == len(d["addresses"])
                       and all(r in self.rules.survivors for r in d["regions"]))
        if t3 is not None:
            ends = [d["t"] for d in self.by["decision"] if d["state"] in ("command-ended", "ready")]
            ends += [c["t"] for c in self.by["command"] if c["name"] == "failover" and c["state"] == "end"]
            self.t3 = max([t3] + [t for t in ends if self.t0 <= t <= self.observed])

    # Losses

    def read_audit(self):
        self.audited = collections.defaultdict(dict)
        ways = {a["via"] for a in self.by["audit"] if a["key"] in self.keys and not a.get("error")}
        for a in self.by["audit"]:
            if a["key"] not in self.keys or a.get("error"):
                continue
            place = self.audited[a["key"]].setdefault(a["region"], {"asked": a["asked"], "reach": INFINITE, "ways": {}})
            place["asked"] = min(place["asked"], a["asked"])
            place["reach"] = min(place["reach"], reach(self.keys[a["key"]], a["seen"], a["t"]))
            place["ways"][a["via"]] = a["seen"]
        survivors = self.rules.survivors
        if self.rules.version < 2:
            survivors = sorted({a["region"] for a in self.by["audit"]})
        self.asked_of, self.reach_of, self.complete = {}, {}, set()
        for key, places in self.audited.items():
            self.asked_of[key] = min(p["asked"] for p in places.values())
            self.reach_of[key] = min(p["reach"] for p in places.values())
            if all(s in places and set(places[s]["ways"]) == ways for s in survivors):
                self.complete.add(key)

    def find_missing(self):
        everything = [w for key in self.audited for w in self.keys[key].values() if w["outcome"] == "acknowledged"]
        self.missing = sorted(
            (w for w in everything
             if w["region"] == self.loser and w["acked"] <= self.asked_of[w["key"]] and w["seq"] > self.reach_of[w["key"]]
             and (self.heal is None or w["acked"] <= self.heal)), key=lambda w: (w["acked"], w["key"], w["seq"]))
        self.survivor_missing = 0
        for w in everything:
            place = self.audited[w["key"]].get(w["region"])
            if w["region"] != self.loser and place and w["acked"] <= place["asked"] and w["seq"] > place["reach"]:
                self.survivor_missing += 1

    def recovery_point(self):
        acks = sorted(a["done"] for a in self.attempts
                      if a["op"] != "get" and a["outcome"] == "acknowledged" and is_traffic(a)
                      and a["region"] == self.loser and (self.heal is None or a["done"] <= self.heal))
        near = [t for t in acks if self.t0 - 10_000_000 <= t <= self.t0]
        resolution = max([b - a for a, b in zip(near, near[1:])], default=10_000_000)
        if not self.missing:
            return 0, resolution, False
        oldest = self.missing[0]["acked"]
        rate = self.rules.rates[False]
        margin = max(1_000_000, int(2e6 / rate) if rate > 0 else 0)
        bound = bool(acks) and oldest <= acks[0] + margin or any(w["cohort"] == "seed" for w in self.missing)
        return max(0, max([self.t0] + acks[-1:]) - oldest), resolution, bound

    def aftermath(self):
        count = collections.Counter(late=0, overwritten=0, lost_within_rpo=0, lost=0, resurrected=0)
        last = [c for c in self.by["convergence"] if c.get("last")]
        holders = self.rules.holders if self.rules.version >= 2 else list(last[-1]["digests"]) if last else []
        final, items, known = {}, collections.Counter(), bool(self.by["final"]) and bool(holders)
        for f in self.by["final"]:
            known = known and not (f.get("error") and f["key"] in self.keys)
            if f.get("seen") is not None:
                items[f["region"], f["key"], f.get("writer", ""), f["seen"]] += 1
            place = (f["key"], f["region"])
            if place in final and f.get("seen") is not None and final[place] is not None:
                final[place] = min(final[place], f["seen"])
            elif place not in final or final[place] is None:
                final[place] = f.get("seen")
        if self.rules.version >= 2:
            known = known and all((key, region) in final for key in self.keys for region in holders)
        end = max([line["t"] for line in self.by["final"] + last] + [0])
        gone = {(w["key"], w["seq"]) for w in self.missing}
        for key, writes in self.keys.items():
            seen = {region: final.get((key, region)) for region in holders}
            reaches = {region: reach(writes, value, end) for region, value in seen.items()}
            acked = [writes[s] for s in sorted(writes) if writes[s]["outcome"] == "acknowledged"]
            undone = acked and acked[-1]["op"] == "delete" and any(v is not None for v in seen.values()) \
                and (key, acked[-1]["seq"]) not in gone
            count["resurrected"] += bool(undone)
            for w in acked[:-1] if undone else acked:
                was_missing = (key, w["seq"]) in gone
                if any(r < w["seq"] for r in reaches.values()):
                    count["lost_within_rpo" if was_missing else "lost"] += 1
                elif was_missing:
                    winner = writes.get(min(reaches.values()), {})
                    other = min(reaches.values()) > w["seq"] and winner.get("outcome") == "acknowledged" \
                        and winner["region"] != self.loser
                    count["overwritten" if other else "late"] += 1
        out = {name: value if known else None for name, value in count.items()}
        shown = {(f["key"], f.get("seen")) for f in self.by["final"]}
        shown |= {(key, p["ways"].get("table", next(iter(p["ways"].values()))))
                  for key, places in self.audited.items() for p in places.values()}
        out["ghost"] = sum(w["outcome"] == "failed" and w["op"] != "delete" and (key, w["seq"]) in shown
                           for key, writes in self.keys.items() for w in writes.values())
        extra = collections.Counter()
        for (_, key, writer, number), n in items.items():
            extra[key, writer, number] = max(extra[key, writer, number], n - 1)
        out["duplicate"] = sum(extra.values())
        return out

    def unknowns(self):
        out = collections.Counter(total=0, present=0, absent=0, superseded=0, unsettled=0)
        for key, writes in self.keys.items():
            for w in writes.values():
                if w["outcome"] != "unknown":
                    continue
                out["total"] += 1
                here = self.reach_of.get(key)
                if here is None or w["sent"] > self.asked_of[key]:
                    out["unsettled"] += 1
                else:
                    out["superseded" if here > w["seq"] else "present" if here == w["seq"] else "absent"] += 1
        return dict(out)

    # Clients

    def exposure(self):
        end = min(self.asked, self.t0)
        begin = max(self.phases.get("baseline", 0), end - self.rules.length)
        out = {}
        for c in self.rules.cohorts:
            mine = [r for r in self.requests if r["cohort"] == c["name"] and begin <= r["scheduled"] < end]
            by_lost = sum(r["status"] != 0 and r["region"] == self.region for r in mine)
            exposed = not self.region or self.is_control \
                or (bool(mine) and by_lost >= self.rules.exposed_from * len(mine) - 1e-9)
            out[c["name"]] = (exposed, by_lost / len(mine) if mine else 0)
        return out

    def client_recovery(self, cohort, until):
        spells = {}
        for r in self.requests:
            if r["cohort"] != cohort or not self.t0 <= r["scheduled"] < until:
                continue
            state = spells.setdefault(r["client"], [False, None])
            if not r["correct"]:
                state[:] = [True, None]
            elif state[0] and state[1] is None:
                state[1] = r["scheduled"] - self.t0
        times = sorted(0 if not bad else INFINITE if t is None else t for bad, t in spells.values())

        def rank(percent):
            return None if not times else seconds(times[max(1, -(-len(times) * percent // 100)) - 1])
        return {"count": len(times), "never": times.count(INFINITE), "p50_s": rank(50), "p90_s": rank(90),
                "p99_s": rank(99) if len(times) >= 200 else None, "max_s": rank(100)}

    def bad_seconds(self, counted, start, end):
        cells = collections.defaultdict(lambda: [0, 0])
        span = (end - start) // 1_000_000
        for r in self.requests:
            second = (r["scheduled"] - start) // 1_000_000
            if r["cohort"] in counted and 0 <= second < span:
                cell = cells[(r["cohort"], r["op"] == "get"), second]
                cell[0] += 1
                cell[1] += bool(r["correct"])
        bad = collections.Counter()
        for (name, _), (n, good) in cells.items():
            bad[name] += good < self.rules.window["bucket_success"] * n - 1e-9
        return max(bad.values(), default=0)

    def failback(self, counted):
        out = dict.fromkeys(("begin", "t6", "rto_s", "bad_s"))
        if self.is_control or not self.region or self.healed is None:
            return out, {"count": 0, "oldest_s": 0.0}
        begin = next((d["t"] for d in self.by["decision"] if d["state"] == "failback-decided"
                      and self.healed <= d["t"] <= self.until), self.healed)
        latest_answer = {d["server"]: self.region in d["regions"] for d in self.by["dns"]
                         if d["t"] < self.t0 and not d.get("error")}
        named = since_all([d for d in self.by["dns"] if begin <= d["t"] <= self.until],
                          lambda d: self.region in d["regions"])
        good = latest(self.recover_all(counted, begin), counted)
        back = begin
        for cohort in counted:
            clients = {r["client"] for r in self.requests if r["cohort"] == cohort}
            rule = next(c for c in self.rules.cohorts if c["name"] == cohort)
            keep_alive = rule.get("connections") == "keep-alive"
            if rule.get("dns") == "forever" or rule.get("via") or keep_alive and not rule.get("lifetime_s"):
                continue
            needed = math.ceil(.95 * max(len(clients), rule.get("clients", 1)) - 1e-9)
            first = {}
            for r in self.requests:
                if r["cohort"] == cohort and r["correct"] and r["region"] == self.region \
                        and r["first_sent"] >= begin and r["scheduled"] < self.until:
                    first[r["client"]] = min(r["done"], first.get(r["client"], INFINITE))
            back = max(back, (sorted(first.values()) + [INFINITE] * needed)[needed - 1])
        parts = [good, None if back == INFINITE else back]
        if any(latest_answer.values()):
            parts.append(named)
        t6 = None if None in parts else max(parts)
        lacking, age = set(), 0
        for r in self.requests:
            absent = r["status"] == 404
            if r["op"] != "get" or r["shared"] or r["region"] != self.region or r["sent"] < begin \
                    or r["scheduled"] >= self.until or r["key"] not in self.keys \
                    or not (absent or r["acked"] and r["seen"] is not None):
                continue
            here = reach(self.keys[r["key"]], None if absent else r["seen"], r["done"])
            for w in self.keys[r["key"]].values():
                if w["outcome"] == "acknowledged" and w["seq"] > here and w["acked"] <= r["sent"] \
                        and w["region"] in self.rules.survivors:
                    lacking.add((w["key"], w["seq"]))
                    age = max(age, r["sent"] - w["acked"])
        end = self.until if t6 is None else t6
        return ({"begin": seconds(begin), "t6": seconds(t6), "rto_s": between(begin, t6),
                 "bad_s": self.bad_seconds(counted, begin, end)}, {"count": len(lacking), "oldest_s": seconds(age)})

    def worst_by_rule(self, cohort, t4):
        """How long the rules let a client of the cohort go wrong; None: not known, or for ever."""
        if self.t3 is None or cohort.get("dns") == "forever":
            return None
        kept = 0
        if cohort.get("dns") != "none":
            for d in self.by["dns"]:
                if d["t"] <= self.t3 and not d.get("error"):
                    kept = max(kept, us(d["ttl"] + cohort.get("dns_extra_s", 0)))
                    if d["t"] >= self.t0 and d.get("negative_ttl") is not None:
                        kept = max(kept, us(d["negative_ttl"]))
        if cohort.get("connections") == "keep-alive" and any(
                r["cohort"] == cohort["name"] and r["region"] == self.region and r["status"] >= 500
                and r["scheduled"] >= self.t0 and (t4 is None or r["scheduled"] < t4) for r in self.requests):
            if not cohort.get("lifetime_s"):
                return None
            kept += us(cohort["lifetime_s"])
        rate = cohort.get("share", 1 / len(self.rules.cohorts)) * sum(self.rules.rates.values())
        interval = round(cohort.get("clients", 1) / rate * 1e6) if rate > 0 else 0
        attempts = cohort.get("attempts", 1)
        longest = attempts * us(cohort.get("timeout_s", self.rules.timeout)) \
            + (attempts - 1) * us(cohort.get("backoff_max_s", 0))
        return self.t3 + kept + longest + interval - self.t0

    def sustained(self):
        begin = self.phases.get("sustained")
        end = min([p["t"] for p in self.by["phase"] if begin is not None and p["t"] > begin], default=None)
        if end is None:
            return None

        counted = {c["name"] for c in self.rules.cohorts if c.get("counted", True)}

        def load(start, stop):
            mine = [r for r in self.requests if r["cohort"] in counted and start <= r["scheduled"] < stop]
            slow = sorted(r["done"] - r["scheduled"] for r in mine)
            p99 = slow[max(1, -(-len(slow) * 99 // 100)) - 1] if slow else 0
            return mine, p99 / 1e6, sum(r["attempts"] for r in mine) / len(mine) if mine else 0
        mine, p99, attempts = load(begin, end)
        out = {"seconds_on_standby": (end - begin) / 1e6, "requests": len(mine), "p99_s": p99,
               "attempts_per_request": attempts, "failed": sum(not r["correct"] for r in mine),
               "load_share": sum(r["status"] != 0 and r["region"] in self.rules.survivors for r in mine)
               / max(1, len(mine)),
               "throttled": sum(is_traffic(a) and a["cohort"] in counted and a["status"] == 429 and begin <= a["scheduled"] < end
                                for a in self.attempts)}
        if "baseline" in self.phases and "fault" in self.phases:
            _, out["baseline_p99_s"], out["baseline_attempts_per_request"] = load(
                self.phases["baseline"], self.phases["fault"])
        return out

    def conflicts(self):
        """Of keys that several writers write: totals over all keys."""
        out = collections.Counter(overtaken=0, lost=0, lost_increments=0)
        shared = collections.defaultdict(dict)
        for a in self.attempts:
            if a["op"] == "get" or not self.rules.shared(a):
                continue
            w = shared[a["key"]].setdefault((a.get("writer") or a["cohort"], a["seq"]), {
                "outcome": "failed", "acked": None, "region": None, "op": a["op"]})
            if a["outcome"] == "acknowledged" and (w["acked"] is None or a["done"] < w["acked"]):
                w.update(outcome="acknowledged", acked=a["done"], region=a["region"])
            elif a["outcome"] == "unknown" and w["outcome"] == "failed":
                w["outcome"] = "unknown"
        for key, writes in shared.items():
            lines = [f for f in self.by["final"] if f["key"] == key]
            values = {(f.get("writer", ""), f.get("seen") or 0) for f in lines}
            if len(values) != 1 or any(f.get("error") for f in lines) \
                    or len({f["region"] for f in lines}) < len(self.rules.regions):
                continue
            final = values.pop()
            acked = [(who, w) for who, w in writes.items() if w["outcome"] == "acknowledged"]
            if any(w["op"] == "increment" for w in writes.values()):
                out["lost_increments"] += max(0, len(acked) - final[1])
                continue
            if not acked:
                continue
            won = writes.get(final)
            later = any(who[0] == final[0] and who[1] > final[1] for who, _ in acked)
            out["lost"] += won is None or won["outcome"] == "failed" or later
            if won is not None:
                out["overtaken"] += sum(w["region"] != won["region"] and who[0] != final[0] for who, w in acked)
        return dict(out)

    def recover_all(self, counted, begin):
        # All windows up to the end count, so no moment is early enough to stop at.
        return recover(self.rules, counted, self.requests, begin, begin, INFINITE, self.until)

    # All of it

    def grade(self):
        self.read_audit()
        self.missing, self.survivor_missing, self.is_control, self.region = [], 0, False, ""
        self.loser = self.rules.lost
        self.t0 = self.heal = self.healed = None
        judge(self.requests, self.keys, set(), None, None, self.rules)
        found = self.find_fault()
        if found:
            self.find_missing()
        lost_keys = {w["key"] for w in self.missing} if self.audit_end is not None else set()
        reads = judge(self.requests, self.keys, lost_keys, self.t0, self.heal, self.rules)
        out = {"reads": reads}
        every = [w for writes in self.keys.values() for w in writes.values()]
        of = sum(w["outcome"] == "acknowledged" and w["acked"] <= self.asked_of[w["key"]]
                 for w in every if w["key"] in self.complete)
        out["writes"] = {"acked": sum(w["outcome"] == "acknowledged" for w in every),
                         "failed": sum(w["outcome"] == "failed" for w in every),
                         "audited": sum(w["sent"] <= self.asked_of[w["key"]] for w in every if w["key"] in self.complete),
                         "unknown": self.unknowns(), "survivor_missing": self.survivor_missing, **self.aftermath()}
        out["sustained"], out["conflicts"] = self.sustained(), self.conflicts()
        causes = sum(not r["correct"] for r in self.requests)
        causes += sum(a["cohort"] == "seed" and a["outcome"] != "acknowledged" for a in self.attempts)
        out["causes_total"] = causes
        if found:
            self.grade_times(out, of)
        return out

    def grade_times(self, out, of):
        exposure = self.exposure()
        counted = [c["name"] for c in self.rules.cohorts if c.get("counted", True) and exposure[c["name"]][0]]
        self.find_decision()
        belongs = self.audit_end is not None and self.t0 < self.audit_end <= self.until
        starts = recover(self.rules, counted, self.requests, self.t0, self.in_force,
                         self.audit_end if belongs else 0, self.until)
        t4 = latest(starts, counted)
        t5 = max(self.audit_end, t4 + self.rules.length) if belongs and t4 is not None and t4 < self.audit_end else None
        at, phases = self.t0, {}
        for name, end in (("detect_s", self.t1), ("decide_s", self.t2), ("execute_s", self.t3), ("clients_s", t4)):
            phases[name] = None
            if t4 is not None and end is not None:
                clipped = max(at, min(end, t4))
                phases[name], at = (clipped - at) / 1e6, clipped
        phases["verify_s"] = between(t4, t5)
        rto = {"headline_s": between(self.t0, t4), "uncertainty_s": max(0, self.t0 - self.asked) / 1e6,
               "verified_s": between(self.t0, t5), "phases": phases, "by_class": {}, "by_cohort": {},
               "bad_s": self.bad_seconds(counted, self.t0, self.until)}
        for is_read, name in ((True, "read"), (False, "write")):
            mine = {n: s for n, s in starts.items() if n[1] == is_read and n[0] in counted}
            rto["by_class"][name] = between(self.t0, max([self.t0, *mine.values()]) if None not in mine.values() else None)
        for c in self.rules.cohorts:
            name = c["name"]
            own = {n[1]: s for n, s in starts.items() if n[0] == name}
            rto["by_cohort"][name] = {
                "exposed": exposure[name][0], "exposure": exposure[name][1],
                "s": between(self.t0, latest(starts, [name])),
                "read_s": between(self.t0, own.get(True)), "write_s": between(self.t0, own.get(False)),
                "worst_by_rule_s": seconds(self.worst_by_rule(c, t4)),
                "clients": self.client_recovery(name, t5 if t5 is not None else self.observed)}
        by_heal = t4 is not None and self.heal is not None and t4 + self.rules.length > self.heal
        rto["recovered_by"] = None if t4 is None else "heal" if by_heal else "clients" if self.t3 is None else "failover"
        point, resolution, bound = self.recovery_point()
        back, lacking = self.failback(counted)
        out["rto"] = rto
        out["rpo"] = {"seconds": None if self.audit_end is None else point / 1e6, "lower_bound": bound,
                      "resolution_s": resolution / 1e6, "missing_count": len(self.missing),
                      "missing_keys": len({w["key"] for w in self.missing}), "of": of}
        out["failback"] = {**back, "rpo": lacking}
        out["times"] = {name: seconds(value) for name, value in (
            ("t0", self.t0), ("t1", self.t1), ("t2", self.t2), ("t3", self.t3), ("t4", t4), ("t5", t5))}


def grade(lines):
    run = Run(lines)
    out = {"run": run.by["run"][0]["run"], **run.grade()}
    # The short form, for those who only want the three.
    out["rto_s"] = out.get("rto", {}).get("headline_s")
    out["rpo_s"] = out.get("rpo", {}).get("seconds")
    out["missing"] = [[w["key"], w["seq"]] for w in run.missing]
    return out


def differences(path, mine, theirs):
    if isinstance(mine, dict):
        for name, value in mine.items():
            there = theirs.get(name) if isinstance(theirs, dict) else None
            yield from differences(f"{path}.{name}" if path else name, value, there)
    elif isinstance(mine, (int, float)) and isinstance(theirs, (int, float)):
        if abs(mine - theirs) > 1e-6:
            yield f"{path}: {theirs} in the report, {mine} from the journal"
    elif mine != theirs:
        yield f"{path}: {theirs} in the report, {mine} from the journal"


def compare(run, report):
    yield from differences("", {n: run[n] for n in ("reads", "writes", "rto", "rpo", "failback", "sustained", "conflicts") if n in run}, report)
    if "times" in run:
        yield from differences("outages[0]", run["times"], report["outages"][0])
    total = sum(cause["count"] for cause in report["causes"])
    if total != run["causes_total"]:
        yield f"causes: {total} in the report, {run['causes_total']} from the journal"


def read_runs(path):
    runs = collections.defaultdict(list)
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as journal:
        for text in journal:
            line = json.loads(text)
            runs[line["run"]].append(line)
    return {number: grade(lines) for number, lines in sorted(runs.items())}


def compare_files(journal, report):
    """Names what differs on stderr; the number of differences, and the runs."""
    runs = read_runs(journal)
    with open(report, encoding="utf-8") as file:
        stored = json.load(file)
    found = list(compare(runs[stored["run"]["number"]], stored))
    for line in found:
        print(f"{journal}: {line}", file=sys.stderr)
    return len(found), runs


def main():
    if sys.argv[1] == "--folder":
        folder = pathlib.Path(sys.argv[2])
        return min(1, sum(compare_files(str(j), str(j.with_suffix(".json")))[0] for j in sorted(folder.glob("*.jsonl"))))
    runs = read_runs(sys.argv[1])
    print(json.dumps(list(runs.values())))
    if len(sys.argv) < 3:
        return 0
    return min(1, compare_files(sys.argv[1], sys.argv[2])[0])


if __name__ == "__main__":
    sys.exit(main())
