"""us-east-1 loses its disk: the name server takes nothing away, and Route 53 gets its zones back from it."""
import json
import os
import shutil
import threading
import urllib.request

from conftest import dig, wait_until

EAST = "us-east-1"


def change(route53, zone, name, address):
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "UPSERT", "ResourceRecordSet": {
        "Name": name, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": address}]}}]})


def zones_status(world):
    with urllib.request.urlopen(world.endpoint(EAST) + "/_lifeboat/status", timeout=10) as answer:
        return json.load(answer)["route53"]


class Watcher(threading.Thread):
    """Asks for a name again and again, and remembers what else than `expected` was answered."""

    def __init__(self, server, name, expected):
        super().__init__(daemon=True)
        self.server, self.name, self.expected = server, name, expected
        self.asked, self.others, self.stopping = 0, [], threading.Event()

    def run(self):
        while not self.stopping.is_set():
            answer = dig(self.server, self.name)
            self.asked += 1
            if answer != self.expected:
                self.others.append(answer)

    def stop(self):
        self.stopping.set()
        self.join()
        return self.others


def empty_folder(world):
    folder = os.path.join(world.folder, EAST)
    for entry in os.listdir(folder):
        path = os.path.join(folder, entry)
        shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)


def test_a_lost_us_east_1_gets_its_zones_back(new_world):
    world = new_world()
    server = world.status()["name_servers"][0]
    route53 = world.client("route53", EAST)
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="one")["HostedZone"]["Id"]
    check = route53.create_health_check(CallerReference="check", HealthCheckConfig={
        "Type": "TCP", "IPAddress": "192.0.2.1", "Port": 80, "RequestInterval": 30, "FailureThreshold": 3})["HealthCheck"]["Id"]
    change(route53, zone, "a.example.com", "192.0.2.1")
    wait_until(lambda: dig(server, "a.example.com") == ["192.0.2.1"])
    before = zones_status(world)
    assert (before["state"], before["findings"]) == ("confirmed", [])
    # Nothing is lost by a restart.
    world.run("region", "kill", EAST)
    world.run("region", "start", EAST)
    assert zones_status(world) == before

    watcher = Watcher(server, "a.example.com", ["192.0.2.1"])
    watcher.start()
    world.run("region", "kill", EAST)
    empty_folder(world)
    world.run("region", "start", EAST)
    # It took its zones back before it was called running: this needs no wait.
    assert [z["Id"] for z in route53.list_hosted_zones()["HostedZones"]] == [zone]
    assert [c["Id"] for c in route53.list_health_checks()["HealthChecks"]] == [check]
    names = [r["Name"] for r in route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]]
    assert "a.example.com." in names
    after = zones_status(world)
    assert after["state"] == "confirmed"
    assert after["epoch"] != before["epoch"] and after["number"] > before["number"]
    assert "disk was lost" in after["findings"][0]["text"]
    assert after["findings"][0]["text"] in world.run("status").stdout
    assert "IAM roles, certificates and stacks" in after["findings"][0]["text"]

    change(route53, zone, "b.example.com", "192.0.2.2")
    wait_until(lambda: dig(server, "b.example.com") == ["192.0.2.2"])
    assert watcher.stop() == [] and watcher.asked > 0


def test_an_older_us_east_1_is_brought_up_to_the_name_servers_copy(new_world, tmp_path):
    world = new_world()
    server = world.status()["name_servers"][0]
    route53 = world.client("route53", EAST)
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="one")["HostedZone"]["Id"]
    wait_until(lambda: dig(server, "example.com", "SOA"))
    world.run("region", "stop", EAST)
    shutil.copytree(os.path.join(world.folder, EAST), tmp_path / EAST)
    world.run("region", "start", EAST)
    change(route53, zone, "a.example.com", "192.0.2.1")
    wait_until(lambda: dig(server, "a.example.com") == ["192.0.2.1"])

    world.run("region", "kill", EAST)
    # All of the folder, so that nothing in it tells how far it once went.
    shutil.rmtree(os.path.join(world.folder, EAST))
    shutil.copytree(tmp_path / EAST, os.path.join(world.folder, EAST))
    world.run("region", "start", EAST)
    names = [r["Name"] for r in route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]]
    assert "a.example.com." in names
    assert "older copy" in zones_status(world)["findings"][0]["text"]
    assert dig(server, "a.example.com") == ["192.0.2.1"]
