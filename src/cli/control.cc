#include "cli/control.h"

#include <fmt/format.h>

#include "net/dialer.h"
#include "net/event_loop.h"
#include "net/files.h"
#include "net/http_client.h"
#include "world/data_folder.h"

namespace lifeboat::cli {
namespace {

// Starting a region is the longest thing that is asked of a supervisor; it tells what it knows at
// once, unless the machine is very busy.
constexpr Duration kOrderTimeout = Duration::Seconds(60);
constexpr Duration kQuestionTimeout = Duration::Seconds(10);
constexpr size_t kMaxConfigBytes = 1 << 20;

Error NoSupervisor(const CommonOptions& common) {
  return {ErrorCode::kUnavailable,
          fmt::format("no world runs in {}; start one with `lifeboat up --data-dir {}`",
                      common.data_dir, common.data_dir)};
}

/// One request to the edge.
Result<http::Response> Send(const world::Config& config, http::Request request, Duration timeout) {
  net::EventLoop loop;
  auto dialer = net::Dialer::New(loop, "");
  if (!dialer) return dialer.error();
  net::HttpClient http(loop, **dialer);
  std::optional<Result<http::Response>> answer;
  http.Call({config.edge_address, config.edge_port, false, ""}, std::move(request), timeout,
            [&](Result<http::Response> got) { answer.emplace(std::move(got)); });
  loop.RunUntil([&] { return answer.has_value(); }, timeout + Duration::Seconds(1));
  if (!answer) return Error{ErrorCode::kUnavailable, "no answer in time"};
  return *std::move(answer);
}

}  // namespace

Result<world::Config> LoadWorld(const CommonOptions& common) {
  const std::string path = common.data_dir + "/world.json";
  const auto text = net::ReadFile(path, kMaxConfigBytes);
  if (!text) return NoSupervisor(common);
  return world::ParseConfig(*text, path);
}

Result<json::Value> CallSupervisor(const CommonOptions& common, std::string_view method,
                                   std::string_view path, const json::Value& body) {
  // Only then does what listens at the edge's port belong to this world.
  const auto supervisor = world::FindSupervisor(common.data_dir);
  if (!supervisor) return NoSupervisor(common);
  const auto config = LoadWorld(common);
  if (!config) return config.error();
  http::Request request;
  request.method = std::string(method);
  request.target = "/_lifeboat" + std::string(path);
  request.headers.Add("Host", fmt::format("{}:{}", config->edge_address, config->edge_port));
  if (!body.is_null()) request.body = json::Write(body);
  const bool orders = method != "GET";
  if (orders) {
    const auto token = world::ReadToken(common.data_dir);
    if (!token) return token.error();
    request.headers.Add("Authorization", "Bearer " + *token);
  }
  const auto answer = Send(*config, std::move(request), orders ? kOrderTimeout : kQuestionTimeout);
  if (!answer) {
    return Error{
        ErrorCode::kUnavailable,
        fmt::format("the world in {} (pid {}) does not answer at {}:{}; see {}/supervisor/log",
                    common.data_dir, *supervisor, config->edge_address, config->edge_port,
                    common.data_dir)};
  }
  auto value = json::Parse(answer->body);
  if (!value) return Error{ErrorCode::kCorrupt, "the supervisor's answer is no JSON"};
  if (answer->status >= 400) return InvalidError(value->GetString("message"));
  return value;
}

}  // namespace lifeboat::cli
