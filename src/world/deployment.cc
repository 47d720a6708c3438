#include "world/deployment.h"

#include <pugixml.hpp>

#include <algorithm>
#include <vector>

#include "auth/sigv4.h"
#include "base/bytes.h"
#include "base/digest.h"

namespace lifeboat::world {
namespace {

constexpr Duration kCallTimeout = Duration::Seconds(30);
constexpr std::string_view kVersion = "&Version=2010-05-15";

/// The stacks that exist, by name.
std::vector<std::string> StackNames(const std::string& answer) {
  pugi::xml_document document;
  std::vector<std::string> names;
  if (!document.load_buffer(answer.data(), answer.size())) return names;
  for (const auto& found : document.select_nodes("//StackSummaries/member")) {
    const std::string_view status = found.node().child_value("StackStatus");
    if (status != "DELETE_COMPLETE") names.emplace_back(found.node().child_value("StackName"));
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string TemplateBody(const std::string& answer) {
  pugi::xml_document document;
  if (!document.load_buffer(answer.data(), answer.size())) return "";
  return document.select_node("//TemplateBody").node().child_value();
}

}  // namespace

/// One digest under way: where it stands, and what it has read.
struct Deployment::Walk {
  size_t region = 0;
  std::vector<std::string> stacks;  ///< Of this region, still to be read; the last one is next.
  std::string seen;
  std::function<void(std::string)> done;
};

Deployment::Deployment(net::EventLoop& loop, const Config& config)
    : loop_(loop),
      config_(config),
      dialer_(*net::Dialer::New(loop, "")),
      http_(std::make_unique<net::HttpClient>(loop, *dialer_)) {}

void Deployment::Digest(std::function<void(std::string)> done) {
  const auto walk = std::make_shared<Walk>();
  walk->done = std::move(done);
  NextRegion(walk);
}

/// `done` gets the body of a good answer, else nothing.
void Deployment::Call(const RegionConfig& region, std::string body,
                      std::function<void(std::string)> done) {
  http::Request request;
  request.method = "POST";
  request.target = "/";
  request.headers.Add("Host", "cloudformation." + region.name + ".amazonaws.com");
  request.headers.Add("Content-Type", "application/x-www-form-urlencoded");
  request.body = std::move(body);
  const auth::Credentials key = config_.keys.empty() ? DefaultKey() : config_.keys.front();
  auth::Sign(request, key, region.name, "cloudformation", loop_.clock().WallNow());
  const client::Endpoint endpoint{region.address, region.http_port, false, ""};
  http_->Call(endpoint, std::move(request), kCallTimeout,
              [done = std::move(done)](Result<http::Response> answer) {
                done(answer && answer->status == 200 ? std::move(answer->body) : std::string());
              });
}

void Deployment::NextRegion(const std::shared_ptr<Walk>& walk) {
  if (walk->region == config_.regions.size()) return walk->done(Sha256Hex(walk->seen));
  const RegionConfig& region = config_.regions[walk->region];
  Call(region, "Action=ListStacks" + std::string(kVersion), [this, walk](const std::string& body) {
    if (body.empty()) return walk->done("");
    walk->stacks = StackNames(body);
    std::reverse(walk->stacks.begin(), walk->stacks.end());
    NextStack(walk);
  });
}

void Deployment::NextStack(const std::shared_ptr<Walk>& walk) {
  const RegionConfig& region = config_.regions[walk->region];
  if (walk->stacks.empty()) {
    ++walk->region;
    return NextRegion(walk);
  }
  const std::string name = walk->stacks.back();
  walk->stacks.pop_back();
  Call(region, "Action=GetTemplate&StackName=" + PercentEncode(name) + std::string(kVersion),
       [this, walk, name](const std::string& body) {
         if (body.empty()) return walk->done("");
         for (const std::string& part :
              {config_.regions[walk->region].name, name, TemplateBody(body)}) {
           AppendBlob(walk->seen, part);
         }
         NextStack(walk);
       });
}

}  // namespace lifeboat::world
