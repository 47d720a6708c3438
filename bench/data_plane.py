"""The same signed workloads against our region and its peers, in turn, round by round."""
from machine import median, progress
from peers import start_all
from world import client, create_table, load

OPERATIONS = ("put", "get", "mixed", "query", "scan", "batch")
CONNECTIONS = (1, 16, 64)
ITEMS = 10_000


def prepare(endpoint, generator):
    dynamodb = client(endpoint.address, endpoint.port)
    for name, ordered in (("plain", False), ("ordered", True)):
        create_table(dynamodb, name, sort_key=ordered)
        load(generator, endpoint.address, endpoint.port, [], table=name, op="fill-ordered" if ordered else "fill",
             items=ITEMS, connections=4)


def measure(world, rounds, seconds):
    """Rows of (operation, connections, {endpoint: [figures of each round]})."""
    endpoints = start_all(world)
    try:
        for endpoint in endpoints:
            if endpoint.stores:
                progress(f"filling {endpoint.name}")
                prepare(endpoint, world.generator)
        for operation in OPERATIONS:
            for connections in CONNECTIONS:
                progress(f"{operation}, {connections} connections")
                found = {e.name: [] for e in endpoints}
                for _ in range(rounds):
                    for endpoint in endpoints:
                        found[endpoint.name].append(
                            load(world.generator, endpoint.address, endpoint.port, endpoint.pids(), op=operation,
                                 table="ordered" if operation == "query" else "plain", items=ITEMS,
                                 connections=connections, seconds=seconds))
                yield operation, connections, found
    finally:
        for endpoint in endpoints:
            endpoint.stop()


def show(rows):
    yield f"{'operation':10} {'conns':>5}  {'endpoint':16} {'a second':>10} {'CPU us':>8} {'p50 ms':>8} {'p99 ms':>8}  CPU against nginx"
    for operation, connections, found in rows:
        ceiling = median(r["cpu_us"] for r in found["nginx, static"]) if "nginx, static" in found else None
        for name, rounds in found.items():
            cpu = median(r["cpu_us"] for r in rounds)
            ratio = f"{cpu / ceiling:.1f}" if ceiling else ""
            yield (f"{operation:10} {connections:5}  {name:16} {median(r['rate'] for r in rounds):10,.0f} {cpu:8.1f} "
                   f"{median(r['p50_ms'] for r in rounds):8.2f} {median(r['p99_ms'] for r in rounds):8.2f}  {ratio}")
