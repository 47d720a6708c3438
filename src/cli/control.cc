#include "cli/control.h"

#include <fmt/format.h>

#include "net/dialer.h"
#include "net/event_loop.h"
#include "net/files.h"
#include "net/http_client.h"

namespace lifeboat::cli {
namespace {

// Starting a region is the longest thing that is asked of a supervisor.
constexpr Duration kCallTimeout = Duration::Seconds(60);
constexpr size_t kMaxConfigBytes = 1 << 20;

Error NoSupervisor(const CommonOptions& common) {
  return {ErrorCode::kUnavailable,
          fmt::format("no world runs in {}; start one with `lifeboat up --data-dir {}`",
                      common.data_dir, common.data_dir)};
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
  const auto config = LoadWorld(common);
  if (!config) return config.error();
  net::EventLoop loop;
  auto dialer = net::Dialer::New(loop, "");
  if (!dialer) return dialer.error();
  net::HttpClient http(loop, **dialer);
  http::Request request;
  request.method = std::string(method);
  request.target = "/_lifeboat" + std::string(path);
  request.headers.Add("Host", fmt::format("{}:{}", config->edge_address, config->edge_port));
  if (!body.is_null()) request.body = json::Write(body);
  std::optional<Result<http::Response>> answer;
  http.Call({config->edge_address, config->edge_port, false, ""}, std::move(request), kCallTimeout,
            [&](Result<http::Response> got) { answer.emplace(std::move(got)); });
  loop.RunUntil([&] { return answer.has_value(); }, kCallTimeout + Duration::Seconds(1));
  if (!answer || !*answer) return NoSupervisor(common);
  const http::Response& response = **answer;
  auto value = json::Parse(response.body);
  if (!value) return Error{ErrorCode::kCorrupt, "the supervisor's answer is no JSON"};
  if (response.status >= 400) return InvalidError(value->GetString("message"));
  return value;
}

}  // namespace lifeboat::cli
