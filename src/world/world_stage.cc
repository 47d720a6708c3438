#include "world/world_stage.h"

#include <cstdlib>
#include <filesystem>
#include <set>

#include "lambda/runtimes.h"
#include "net/child_process.h"
#include "net/interpreters.h"
#include "world/exports.h"
#include "world/local_command.h"
#include "world/runtimes_folder.h"

namespace lifeboat::world {

std::vector<std::string> CommandEnvironment(
    const std::vector<std::pair<std::string, std::string>>& set,
    const std::vector<std::string>& unset, const std::string& binary) {
  std::map<std::string, std::string> variables;
  for (const std::string& entry : net::InheritedEnvironment()) {
    const size_t equals = entry.find('=');
    if (equals != std::string::npos) variables[entry.substr(0, equals)] = entry.substr(equals + 1);
  }
  for (const std::string& name : unset) variables.erase(name);
  for (const auto& [name, value] : set) variables[name] = value;
  // Where this build stands, for scripts of examples in this repository.
  variables.try_emplace("LIFEBOAT_BUILD_DIR", binary.substr(0, binary.rfind('/')));
  std::vector<std::string> list;
  for (const auto& [name, value] : variables) list.push_back(name + "=" + value);
  return list;
}

namespace {

/// `nodejs22.x runs on Node.js 20.11.1`, for each runtime of a function that another release of its
/// language stands in for. Asks the programs for their versions, which takes a moment.
std::vector<std::string> StandIns(const drill::Deployments& found, const std::string& folder) {
  std::set<std::string> runtimes;
  for (const auto& [region, deployed] : found.regions) {
    for (const auto& [thing, settings] : deployed) {
      const auto runtime = settings.find("runtime");
      if (runtime != settings.end()) runtimes.insert(runtime->second);
    }
  }
  const char* path = std::getenv("PATH");
  net::InterpreterFinder finder(std::filesystem::absolute(folder).string(), path ? path : "");
  std::vector<std::string> lines;
  for (const std::string& name : runtimes) {
    const lambda::Runtime* runtime = lambda::FindRuntime(name);
    if (!runtime || runtime->release == 0) continue;
    const auto interpreter = finder.Find(*runtime);
    if (!interpreter || lambda::IsExact(*interpreter, *runtime)) continue;
    lines.push_back(fmt::format("{} runs on {} {}", name,
                                runtime->language == lambda::Language::kNode ? "Node.js" : "Python",
                                interpreter->version));
  }
  return lines;
}

}  // namespace

drill::World WorldStage::Describe() const {
  drill::World world;
  for (const RegionConfig& region : config_.regions)
    world.regions.push_back({region.name, region.address, region.http_port, region.https_port});
  world.name_servers.push_back({config_.nameserver_address, config_.dns_port});
  world.credentials = config_.keys.front();
  world.era = config_.era;
  world.version = options_.version;
  if (config_.any_credentials) world.assumptions.push_back("any credentials are taken, unverified");
  return world;
}

std::unique_ptr<drill::RunningCommand> WorldStage::Run(
    const drill::Command& command, std::function<void(std::string)> on_line,
    std::function<void(Result<drill::CommandEnd>)> done) {
  const Exports exports = MakeExports(config_, options_.data_dir + "/ca/ca.pem");
  return RunCommand(loop_, spawner_,
                    {options_.scenario_folder, options_.output_dir,
                     CommandEnvironment(exports.set, exports.unset, options_.binary)},
                    command, std::move(on_line), std::move(done));
}

void WorldStage::Identify(std::function<void(drill::Deployments)> done) {
  deployment_ = std::make_unique<Deployment>(loop_, config_);
  deployment_->Read([this, done = std::move(done)](drill::Deployments found) {
    found.assumptions = StandIns(found, RuntimesFolder(options_.data_dir));
    done(std::move(found));
  });
}

void WorldStage::Watch(std::function<void(drill::HealthEvent)> on_event) {
  health_ = std::make_unique<HealthWatch>(loop_, config_, std::move(on_event));
}

void WorldStage::Stop() {
  health_.reset();
  deployment_.reset();
}

}  // namespace lifeboat::world
