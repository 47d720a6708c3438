"""What must not grow: the cost of a request with the size of the table, the number of tables, the length of the log."""
from machine import median, progress, resident_mib

ITEMS = 1_000_000
TABLES = 1_000
VALUE_BYTES = 230  # With key and number an item of about 300 bytes.


def cost(world, table, items, rounds, seconds):
    def of(op):
        return median(world.load("us-east-1", table=table, op=op, items=items, connections=64, seconds=seconds,
                                 value_bytes=VALUE_BYTES)["cpu_us"] for _ in range(rounds))
    return of("get"), of("put")


def measure(world, rounds, seconds):
    pid = world.regions["us-east-1"]["pid"]

    def line(get, put):
        return f"region's CPU: get {get:.1f} us, put {put:.1f} us; resident {resident_mib(pid):.0f} MiB"

    progress("a table of 1,000 items")
    world.table("small")
    world.load("us-east-1", table="small", op="fill", items=1000, value_bytes=VALUE_BYTES)
    yield "1,000 items, 1 table", line(*cost(world, "small", 1000, rounds, seconds))

    progress(f"{ITEMS:,} items")
    world.table("large")
    filled = world.load("us-east-1", table="large", op="fill", items=ITEMS, connections=16, value_bytes=VALUE_BYTES)
    yield "filling 1,000,000 items", f"{ITEMS / filled['seconds']:,.0f} items/s in batches of 25"
    yield "1,000,000 items", line(*cost(world, "large", ITEMS, rounds, seconds))

    progress("a long change log: a million changes of 1,000 items")
    dynamodb = world.client("us-east-1")
    dynamodb.update_continuous_backups(TableName="small",
                                       PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    for _ in range(10):  # The log is kept from here on.
        world.load("us-east-1", table="small", op="batch", items=1000, connections=16, seconds=2, value_bytes=VALUE_BYTES)
    yield "1,000 items, long change log", line(*cost(world, "small", 1000, rounds, seconds))

    progress(f"{TABLES:,} tables")
    for number in range(TABLES):
        dynamodb.create_table(TableName=f"many-{number:04}", BillingMode="PAY_PER_REQUEST",
                              KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                              AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])
    yield "1,000 items, 1,002 tables", line(*cost(world, "small", 1000, rounds, seconds))
