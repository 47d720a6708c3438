#include "world/deployment.h"

#include <pugixml.hpp>

#include <algorithm>
#include <vector>

#include "auth/sigv4.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "json/value.h"

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

http::Request FormRequest(std::string_view action) {
  http::Request request;
  request.method = "POST";
  request.headers.Add("Content-Type", "application/x-www-form-urlencoded");
  request.body = fmt::format("Action={}{}", action, kVersion);
  return request;
}

/// CloudFormation makes names end in a random part, which says nothing of what is deployed.
std::string WithoutSuffix(const std::string& name) {
  constexpr size_t kLeast = 12, kMost = 13;
  const size_t dash = name.rfind('-');
  if (dash == std::string::npos) return name;
  const std::string_view end = std::string_view(name).substr(dash + 1);
  const bool random =
      end.size() >= kLeast && end.size() <= kMost &&
      end.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == std::string_view::npos;
  return random ? name.substr(0, dash) : name;
}

/// A region's own name in a value is the same in each region.
std::string WithoutRegion(std::string text, const std::string& region) {
  for (size_t at = text.find(region); at != std::string::npos; at = text.find(region, at)) {
    text.replace(at, region.size(), "(region)");
  }
  return text;
}

std::string TextOf(const json::Value& value) {
  return value.is_string() ? value.as_string() : json::Write(value);
}

void TakeFunction(const json::Value& function, const std::string& region,
                  drill::Deployed& deployed) {
  auto& settings = deployed["function " + WithoutSuffix(function.GetString("FunctionName"))];
  for (const auto& [member, name] :
       {std::pair("CodeSha256", "code"), std::pair("Runtime", "runtime"),
        std::pair("Handler", "handler"), std::pair("MemorySize", "memory"),
        std::pair("Timeout", "timeout")}) {
    const json::Value* value = function.Find(member);
    if (value != nullptr) settings[name] = TextOf(*value);
  }
  const json::Value* variables = function.FindPath({"Environment", "Variables"});
  if (variables == nullptr) return;
  for (const auto& [name, value] : variables->as_object()) {
    settings["variable " + name] = WithoutRegion(TextOf(value), region);
  }
}

}  // namespace

/// One reading under way: where it stands, and what it has read.
struct Deployment::Walk {
  size_t region = 0;
  std::vector<std::string> stacks;  ///< Of this region, still to be read; the last one is next.
  std::string seen;
  drill::Deployments found;
  std::function<void(drill::Deployments)> done;
};

Deployment::Deployment(net::EventLoop& loop, const Config& config)
    : loop_(loop),
      config_(config),
      dialer_(*net::Dialer::New(loop, "")),
      http_(std::make_unique<net::HttpClient>(loop, *dialer_)) {}

void Deployment::Read(std::function<void(drill::Deployments)> done) {
  const auto walk = std::make_shared<Walk>();
  walk->done = std::move(done);
  NextRegion(walk);
}

/// `done` gets the body of a good answer, else nothing.
void Deployment::Call(const RegionConfig& region, std::string_view service, http::Request request,
                      std::function<void(std::string)> done) {
  request.headers.Add("Host", fmt::format("{}.{}.amazonaws.com", service, region.name));
  const auth::Credentials key = config_.keys.empty() ? DefaultKey() : config_.keys.front();
  auth::Sign(request, key, region.name, std::string(service), loop_.clock().WallNow());
  const client::Endpoint endpoint{region.address, region.http_port, false, ""};
  http_->Call(endpoint, std::move(request), kCallTimeout,
              [done = std::move(done)](Result<http::Response> answer) {
                done(answer && answer->status == 200 ? std::move(answer->body) : std::string());
              });
}

void Deployment::NextRegion(const std::shared_ptr<Walk>& walk) {
  if (walk->region == config_.regions.size()) {
    walk->found.digest = Sha256Hex(walk->seen);
    return walk->done(std::move(walk->found));
  }
  Call(config_.regions[walk->region], "cloudformation", FormRequest("ListStacks"),
       [this, walk](const std::string& body) {
         if (body.empty()) return walk->done({});
         walk->stacks = StackNames(body);
         std::reverse(walk->stacks.begin(), walk->stacks.end());
         NextStack(walk);
       });
}

void Deployment::NextStack(const std::shared_ptr<Walk>& walk) {
  if (walk->stacks.empty()) return NextFunctions(walk, "");
  const RegionConfig& region = config_.regions[walk->region];
  const std::string name = walk->stacks.back();
  walk->stacks.pop_back();
  Call(region, "cloudformation", FormRequest("GetTemplate&StackName=" + PercentEncode(name)),
       [this, walk, name](const std::string& body) {
         if (body.empty()) return walk->done({});
         const std::string& region = config_.regions[walk->region].name;
         const std::string text = TemplateBody(body);
         for (const std::string& part : {region, name, text}) AppendBlob(walk->seen, part);
         walk->found.regions[region]["stack " + name]["template"] =
             Sha256Hex(WithoutRegion(text, region));
         NextStack(walk);
       });
}

void Deployment::NextFunctions(const std::shared_ptr<Walk>& walk, const std::string& marker) {
  http::Request request;
  request.target = "/2015-03-31/functions/?MaxItems=50";
  if (!marker.empty()) request.target += "&Marker=" + PercentEncode(marker);
  Call(config_.regions[walk->region], "lambda", std::move(request),
       [this, walk](const std::string& body) {
         const auto page = json::Parse(body);
         if (!page.ok()) return walk->done({});
         const std::string& region = config_.regions[walk->region].name;
         drill::Deployed& deployed = walk->found.regions[region];
         if (const json::Value* functions = page->Find("Functions")) {
           for (const json::Value& one : functions->as_array()) TakeFunction(one, region, deployed);
         }
         const std::string& next = page->GetString("NextMarker");
         if (!next.empty()) return NextFunctions(walk, next);
         ++walk->region;
         NextRegion(walk);
       });
}

}  // namespace lifeboat::world
