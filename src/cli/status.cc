#include <fmt/format.h>

#include <cstdio>

#include "cli/commands.h"
#include "cli/control.h"

namespace lifeboat::cli {

std::string DescribeLoss(const json::Value& process) {
  const json::Value* disk = process.Find("disk");
  const std::string loss = disk ? disk->GetString("loss") : "";
  if (loss == "disk") return "its disk was lost: it started empty";
  if (loss != "accepted") return "";
  const json::Value* commits = disk->Find("lost_commits");
  return commits && commits->as_int() > 0
             ? fmt::format("{} commits were lost with a damaged disk", commits->as_int())
             : "an unknown number of commits may have been lost with a damaged disk";
}

namespace {

const json::Array& ListOf(const json::Value& status, std::string_view key) {
  static const json::Array none;
  const json::Value* list = status.Find(key);
  return list ? list->as_array() : none;
}

int64_t PortOf(const json::Value& process, std::string_view key) {
  const json::Value* port = process.Find(key);
  return port ? port->as_int() : 0;
}

void PrintProcess(const json::Value& process, std::string_view name, std::string_view where) {
  const int64_t pid = process.Find("pid") ? process.Find("pid")->as_int() : 0;
  const std::string& ending = process.GetString("ending");
  fmt::print("  {:16} {:8} {:>8}  {}{}\n", name, process.GetString("state"),
             pid > 0 ? std::to_string(pid) : "-", where,
             ending.empty() ? "" : fmt::format(" (ended with {})", ending));
  if (const std::string lost = DescribeLoss(process); !lost.empty()) fmt::print("    {}\n", lost);
  const json::Value* zones = process.Find("route53");
  if (!zones) return;
  if (zones->GetString("state") == "unconfirmed")
    fmt::print("    zones are unconfirmed: not all name servers have said what they hold\n");
  for (const json::Value& finding : ListOf(*zones, "findings"))
    fmt::print("    {}: {}\n", finding.GetString("at"), finding.GetString("text"));
}

}  // namespace

int ShowStatus(const CommonOptions& common) {
  const auto status = CallSupervisor(common, "GET", "/status");
  if (!status) return Fail(status.error().message);
  if (common.json) {
    fmt::print("{}", json::WritePretty(*status));
    return kExitDone;
  }
  fmt::print("edge {}\n", status->GetString("edge_url"));
  const json::Value* any = status->Find("any_credentials");
  if (any != nullptr && any->as_bool()) fmt::print("any credentials are taken, unverified\n");
  for (const json::Value& region : ListOf(*status, "regions")) {
    PrintProcess(region, region.GetString("name"),
                 fmt::format("http://{0}:{1} https://{0}:{2}", region.GetString("address"),
                             PortOf(region, "http_port"), PortOf(region, "https_port")));
  }
  for (const json::Value& server : ListOf(*status, "name_servers")) {
    PrintProcess(server, "nameserver",
                 fmt::format("dns {}:{}", server.GetString("address"), PortOf(server, "port")));
  }
  if (!ListOf(*status, "faults").empty()) fmt::print("faults in force\n");
  for (const json::Value& fault : ListOf(*status, "faults")) {
    fmt::print("  ");
    PrintFault(fault);
  }
  return kExitDone;
}

}  // namespace lifeboat::cli
