// `lifeboat doctor`: what this machine lacks for worlds and drills, and what to do about it.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "base/bytes.h"
#include "cli/commands.h"
#include "json/value.h"

namespace lifeboat::cli {
namespace {

constexpr rlim_t kWantedFiles = 4096;
constexpr uintmax_t kWantedDiskBytes = 1ull << 30;

struct Finding {
  std::string name;
  bool ok = false;
  bool needed = true;  ///< Without it worlds don't run; otherwise only a part is missing.
  std::string detail;
};

bool CanListen(const char* address, uint16_t port, int type) {
  const int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
  const int one = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  inet_pton(AF_INET, address, &at.sin_addr);
  const bool ok = bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0;
  close(fd);
  return ok;
}

bool OnPath(std::string_view program) {
  const char* path = std::getenv("PATH");
  for (const std::string_view folder : Split(path ? path : "", ':')) {
    if (access(fmt::format("{}/{}", folder, program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

std::vector<Finding> Examine(const CommonOptions& common) {
  std::vector<Finding> findings;
  findings.push_back({"loopback addresses", CanListen("127.0.11.1", 0, SOCK_STREAM), true,
                      "each region listens on an address of its own from 127.0.11.1 on"});
  for (const auto& [port, what] :
       {std::pair<uint16_t, const char*>{4566, "the edge"}, {10053, "the name server"}}) {
    findings.push_back({fmt::format("port {}", port), CanListen("127.0.0.1", port, SOCK_STREAM),
                        false, fmt::format("for {}; if it is taken use --ephemeral-ports", what)});
  }
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  findings.push_back(
      {"open files", files.rlim_cur >= kWantedFiles, false,
       fmt::format("{} allowed; raise with `ulimit -n {}`", files.rlim_cur, kWantedFiles)});
  std::error_code failed;
  const auto space =
      std::filesystem::space(std::filesystem::absolute(common.data_dir).parent_path(), failed);
  findings.push_back({"disk space", !failed && space.available >= kWantedDiskBytes, true,
                      "a world wants 1 GiB free where its data folder is"});
  findings.push_back({"aws", OnPath("aws"), false,
                      "the example's set-up uses the AWS CLI; apt-get install awscli"});
  findings.push_back({"node", OnPath("node"), false,
                      "for functions in Node.js; apt-get install nodejs, see `lifeboat runtimes`"});
  findings.push_back({"python3", OnPath("python3"), false,
                      "for functions in Python; apt-get install python3 python3-boto3"});
  findings.push_back({"dig", OnPath("dig"), false, "for the tour; apt-get install bind9-dnsutils"});
  return findings;
}

}  // namespace

int Doctor(const CommonOptions& common) {
  const std::vector<Finding> findings = Examine(common);
  bool fit = true;
  json::Array list;
  for (const Finding& finding : findings) {
    fit &= finding.ok || !finding.needed;
    list.push_back(json::Object{{"name", finding.name},
                                {"ok", finding.ok},
                                {"needed", finding.needed},
                                {"detail", finding.detail}});
    if (common.json) continue;
    const char* mark = finding.ok ? "ok" : finding.needed ? "MISSING" : "absent";
    fmt::print("{:8} {:20} {}\n", mark, finding.name, finding.ok ? "" : finding.detail);
  }
  if (common.json) fmt::print("{}", json::WritePretty(list));
  return fit ? kExitDone : kExitMissed;
}

}  // namespace lifeboat::cli
