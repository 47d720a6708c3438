"""Replication lag at fixed rates, and how fast a backlog is worked off."""
import time

from machine import median, progress, run, wait

RATES = (1000, 5000)


def lag(world, rounds, seconds):
    for rate in RATES:
        progress(f"replication lag at {rate} writes/s")
        p50, p99, reached = [], [], []
        for number in range(rounds):
            name = f"lag-{rate}-{number}"
            world.table(name, replica=True)
            reached.append(world.load("us-east-1", table=name, op="put", connections=64, rate=rate, seconds=seconds)["rate"])
            pair = world.pair("us-west-2", name)
            p50.append(pair["lag_p50_us"] / 1000)
            p99.append(pair["lag_p99_us"] / 1000)
        yield (f"replication lag at {rate} writes/s",
               f"p50 {median(p50):.1f} ms, p99 {median(p99):.1f} ms (reached {median(reached):,.0f}/s)")


def catch_up(world, rounds, seconds):
    """Pauses the link, writes, lets go: the backlog's rate against that of the writes."""
    progress("catch-up after a pause")
    rates, ratios = [], []
    for number in range(rounds):
        name = f"backlog-{number}"
        world.table(name, replica=True)
        run(world.lifeboat, "fault", "inject", "replication-pause", "--link", "us-east-1:us-west-2", "--data-dir", world.folder)
        written = world.load("us-east-1", table=name, op="put", connections=64, seconds=seconds, items=10_000_000)
        run(world.lifeboat, "fault", "clear", "--all", "--data-dir", world.folder)
        started = time.monotonic()
        # How far it is behind it only learns with the first answer.
        wait(lambda: world.pair("us-west-2", name)["applied"] >= written["requests"])
        rates.append(written["requests"] / max(time.monotonic() - started, 1e-3))
        ratios.append(rates[-1] / written["rate"])
    yield ("catch-up after a pause",
           f"{median(rates):,.0f} records/s, {median(ratios):.1f} times the rate at which they were written")
