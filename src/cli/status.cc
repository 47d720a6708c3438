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

void PrintProcess(const json::Value& process, std::string_view name, std::string_view where) {
  const int64_t pid = process.Find("pid") ? process.Find("pid")->as_int() : 0;
  fmt::print("  {:16} {:8} {:>8}  {}\n", name, process.GetString("state"),
             pid > 0 ? std::to_string(pid) : "-", where);
  if (const std::string lost = DescribeLoss(process); !lost.empty()) fmt::print("    {}\n", lost);
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
  for (const json::Value& region : status->Find("regions")->as_array()) {
    PrintProcess(
        region, region.GetString("name"),
        fmt::format("http://{0}:{1} https://{0}:{2}", region.GetString("address"),
                    region.Find("http_port")->as_int(), region.Find("https_port")->as_int()));
  }
  for (const json::Value& server : status->Find("name_servers")->as_array()) {
    PrintProcess(
        server, "nameserver",
        fmt::format("dns {}:{}", server.GetString("address"), server.Find("port")->as_int()));
  }
  return kExitDone;
}

}  // namespace lifeboat::cli
