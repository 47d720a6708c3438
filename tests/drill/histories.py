"""Histories of operations on a table with replicas, and what they allow its items to be.

Every operation is kept with its start, end, outcome, region, key, the state that it leaves and the one that it read.
Time is the machine's wall clock, which is also the regions': a Version is drawn between the start and the end of its
operation, and it is never ahead of the clock. So, of two operations of which one ended (by more than TICK_S, the grain
of Versions) before the other started, the later one has the greater Version, in whatever regions they ran. That makes
these rules, per key:

- the final state is the same in every replica, and some operation, acknowledged or of unknown outcome, has left it that
  no acknowledged change has followed;
- what was read had been written by an operation that had started before the read ended;
- whoever reads in a region sees no state that was superseded before a change started that this region had acknowledged
  before the read began.

An absent item is a state like all others: only a delete explains it, or that there was no change at all.
"""
import bisect
import collections
import dataclasses
import json

TICK_S = 0.002
ABSENT = None
FOREVER = float("inf")


@dataclasses.dataclass
class Operation:
    client: str
    region: str
    kind: str
    key: str
    start: float = 0.0
    end: float = FOREVER
    outcome: str = "unknown"  # "done", "nothing" (a condition failed, or nothing to do) or "unknown".
    writes: bool = False  # Whether it leaves a state when it is done.
    state: object = ABSENT  # The value that it leaves, or ABSENT.
    has_read: bool = False
    read: object = ABSENT

    def line(self):
        return json.dumps(dataclasses.asdict(self))


class KeyHistory:
    """The operations on one key, and the questions of the rules."""

    def __init__(self, operations):
        self.operations = operations
        self.changes = [one for one in operations if one.writes and one.outcome != "nothing"]
        self.done = sorted((one for one in self.changes if one.outcome == "done"), key=lambda one: one.start)
        self.starts = [one.start for one in self.done]
        self.by_state = collections.defaultdict(list)
        for one in self.changes:
            self.by_state[one.state].append(one)

    def last_start(self):
        return self.starts[-1] if self.starts else -FOREVER

    def explains(self, state, superseded_from, before=FOREVER):
        """Whether a change has left `state` that started before `before` and did not end before `superseded_from`."""
        if any(one.start < before and one.end + TICK_S >= superseded_from for one in self.by_state[state]):
            return True
        return state is ABSENT and superseded_from == -FOREVER  # There was no item at first.

    def check_final(self, state):
        if self.explains(state, self.last_start()):
            return []
        return [f"the final state {state!r} is explained by no operation that is not superseded"]

    def check_reads(self):
        """Each read against what its region had acknowledged before it began."""
        faults = []
        own = collections.defaultdict(list)  # Region -> its done changes by end, with the greatest start so far.
        for one in sorted(self.done, key=lambda each: each.end):
            entries = own[one.region]
            entries.append((one.end, max(one.start, entries[-1][1] if entries else -FOREVER)))
        for one in self.operations:
            if not one.has_read:
                continue
            entries = own[one.region]
            at = bisect.bisect_left(entries, (one.start, -FOREVER)) - 1
            if not self.explains(one.read, entries[at][1] if at >= 0 else -FOREVER, one.end):
                faults.append(f"{one.line()} read what no operation explains")
        return faults


def check(operations, final):
    """Faults, as text. `final` holds the state of each key that has an item, the same in all replicas."""
    by_key = collections.defaultdict(list)
    for one in operations:
        by_key[one.key].append(one)
    faults = [f"{key}: an item that nobody has written" for key in final.keys() - by_key.keys()]
    for key, own in by_key.items():
        history = KeyHistory(own)
        for fault in history.check_final(final.get(key, ABSENT)) + history.check_reads():
            faults.append(f"{key}: {fault}")
    return faults
