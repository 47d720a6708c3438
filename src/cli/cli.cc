#include "cli/cli.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <functional>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/version.h"
#include "fault/kinds.h"

namespace lifeboat::cli {
namespace {

const std::string kVersionLine = "lifeboat " + std::string(kVersion);

/// What was typed. Sub-commands put into `run` what is to be done once everything is parsed.
struct Parsed {
  CommonOptions common;
  UpOptions up;
  LogsOptions logs;
  RuntimesInstallOptions runtimes_install;
  EnvOptions env;
  RegionOptions region;
  std::string nameserver_action;
  FaultInjectOptions inject;
  FaultClearOptions clear;
  DrillRunOptions drill_run;
  std::string drill_file;
  std::string drill_folder;
  SimOptions sim;
  RegionOptions serve_region;
  std::function<int()> run;
};

CLI::App* Command(CLI::App& parent, const char* name, const char* what, const char* examples) {
  CLI::App* command = parent.add_subcommand(name, what);
  command->footer(std::string("Examples:\n") + examples);
  command->fallthrough();
  return command;
}

void AddWorldCommands(CLI::App& app, Parsed& p) {
  CLI::App* up =
      Command(app, "up", "Start a world: its regions, name server and edge",
              "  lifeboat up\n  lifeboat up --regions us-east-1,us-west-2,eu-west-1 --detach\n"
              "  lifeboat up --data-dir /tmp/w2 --ephemeral-ports   # a second world beside it");
  up->add_option("--regions", p.up.regions, "Comma-separated; addresses follow their order")
      ->capture_default_str();
  up->add_option("--era", p.up.era,
                 "today: as AWS answers now; lab: what the lab was written for [today]")
      ->check(CLI::IsMember({"today", "lab"}));
  up->add_option("--edge-port", p.up.edge_port, "Port of the edge on 127.0.0.1 [4566]")
      ->check(CLI::Range(1, 65535));
  up->add_option("--dns-port", p.up.dns_port, "Port of the name server on 127.0.0.1 [10053]")
      ->check(CLI::Range(1, 65534));
  up->add_flag("--ephemeral-ports", p.up.ephemeral_ports, "Pick free ports for everything");
  up->add_flag("--detach", p.up.detach, "Return once the world is ready; `lifeboat down` ends it");
  up->add_option("--credentials", p.up.credentials_file,
                 "Further keys, in the form of AWS's shared credentials file");
  up->add_flag("--any-credentials", p.up.any_credentials,
               "Take any key and token, unverified: for tools that send dummies");
  up->callback([&p] { p.run = [&p] { return Up(p.common, p.up); }; });

  Command(app, "down", "Stop the world of the data folder", "  lifeboat down")->callback([&p] {
    p.run = [&p] { return Down(p.common); };
  });
  Command(app, "status", "What runs where", "  lifeboat status\n  lifeboat status --json")
      ->callback([&p] { p.run = [&p] { return ShowStatus(p.common); }; });

  CLI::App* logs = Command(app, "logs", "The last lines of the processes' logs",
                           "  lifeboat logs\n  lifeboat logs us-east-1 --lines 200");
  logs->add_option("process", p.logs.process,
                   "A region, nameserver or supervisor; all when left out");
  logs->add_option("--lines,-n", p.logs.lines, "How many of each")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  logs->callback([&p] { p.run = [&p] { return Logs(p.common, p.logs); }; });

  Command(app, "doctor", "What is missing on this machine", "  lifeboat doctor")->callback([&p] {
    p.run = [&p] { return Doctor(p.common); };
  });

  CLI::App* env =
      Command(app, "env", "Exports for the AWS CLI, SDKs and curl",
              "  eval \"$(lifeboat env)\"\n  aws --region us-west-2 dynamodb list-tables\n"
              "  curl --cacert \"$(lifeboat env --ca-path)\" ...");
  env->add_flag("--ca-path", p.env.ca_path, "Only the path of the world's CA certificate");
  env->callback([&p] { p.run = [&p] { return Env(p.common, p.env); }; });
}

void AddRuntimesCommands(CLI::App& app, Parsed& p) {
  CLI::App* runtimes =
      Command(app, "runtimes",
              "Which runtimes functions may have on this machine, and what runs each of them",
              "  lifeboat runtimes\n  lifeboat runtimes --json\n"
              "  lifeboat runtimes install sdk-js sdk-python");
  CLI::App* install = Command(*runtimes, "install",
                              "Install pinned SDKs and interpreters for functions, by npm and pip",
                              "  lifeboat runtimes install                 # all, about 450 MB\n"
                              "  lifeboat runtimes install sdk-js node24");
  install
      ->add_option(
          "parts", p.runtimes_install.parts,
          "sdk-js (43 MB) | sdk-python (34 MB) | node22, node24 (190 MB each); all if none "
          "is named")
      ->check(CLI::IsMember({"sdk-js", "sdk-python", "node22", "node24"}));
  install->callback(
      [&p] { p.run = [&p] { return InstallRuntimes(p.common, p.runtimes_install); }; });
  runtimes->callback([&p, install] {
    if (!install->parsed()) p.run = [&p] { return ListRuntimes(p.common); };
  });
}

/// One option for each parameter of the table of kinds.
void AddFaultInject(CLI::App& fault, Parsed& p) {
  std::string kinds;
  std::map<std::string, std::string> helps, used_by;
  for (const fault::KindInfo& info : fault::Kinds()) {
    if (info.doer == fault::Doer::kNobody || info.doer == fault::Doer::kDrill) continue;
    kinds += fmt::format("  {:18} {}\n", info.name, info.what);
    for (const fault::Parameter& parameter : info.parameters) {
      const std::string name(parameter.name);
      helps.try_emplace(name, parameter.help);
      used_by[name] += fmt::format("{}{}", used_by[name].empty() ? "" : ", ", info.name);
    }
  }
  CLI::App* inject = Command(fault, "inject", "Bring one fault into force",
                             "  lifeboat fault inject cut --link us-east-1:us-west-2 --both-ways");
  inject->footer(fmt::format("Kinds:\n{}\n{}", kinds, inject->get_footer()));
  inject->add_option("kind", p.inject.kind, "One of the kinds below, or a FIS action id")
      ->required();
  for (const auto& [name, help] : helps) {
    std::string flag = "--" + name;
    std::replace(flag.begin(), flag.end(), '_', '-');
    std::string& value = p.inject.parameters[name];
    const std::string text = fmt::format("{} ({})", help, used_by[name]);
    if (name == "both_ways") {
      inject->add_flag_callback(
          flag, [&value] { value = "yes"; }, text);
    } else {
      inject->add_option(flag, value, text);
    }
  }
  inject->add_option("--for", p.inject.duration, "It ends by itself after this time");
  inject->callback([&p] { p.run = [&p] { return FaultInject(p.common, p.inject); }; });
}

void AddFaultCommands(CLI::App& app, Parsed& p) {
  CLI::App* region = Command(app, "region", "Start, stop, kill, freeze or thaw a region",
                             "  lifeboat region kill us-east-1\n  lifeboat region start us-east-1");
  region->add_option("action", p.region.action, "start | stop | kill | freeze | thaw")
      ->required()
      ->check(CLI::IsMember({"start", "stop", "kill", "freeze", "thaw"}));
  region->add_option("region", p.region.region)->required();
  region->add_flag("--accept-loss", p.region.accept_loss,
                   "With start: go on with what is left of a damaged disk");
  region->callback([&p] { p.run = [&p] { return Region(p.common, p.region); }; });

  CLI::App* nameserver =
      Command(app, "nameserver", "Start, stop, kill, freeze or thaw the name server",
              "  lifeboat nameserver kill     # DNS is refused; health checks end\n"
              "  lifeboat nameserver start    # from its own copy of zones and health\n"
              "  lifeboat nameserver freeze   # DNS hangs\n"
              "  lifeboat nameserver thaw");
  nameserver->add_option("action", p.nameserver_action, "start | stop | kill | freeze | thaw")
      ->required()
      ->check(CLI::IsMember({"start", "stop", "kill", "freeze", "thaw"}));
  nameserver->callback(
      [&p] { p.run = [&p] { return NameServer(p.common, p.nameserver_action); }; });

  CLI::App* fault =
      Command(app, "fault", "Put faults into a world and end them (docs/faults.md)",
              "  lifeboat fault inject replication-lag --link us-east-1:us-west-2 --lag 5s\n"
              "  lifeboat fault inject cut --region us-west-2 --for 90s\n"
              "  lifeboat fault clear --all");
  fault->require_subcommand(1);
  AddFaultInject(*fault, p);
  Command(*fault, "list", "What is in force", "  lifeboat fault list --json")->callback([&p] {
    p.run = [&p] { return FaultList(p.common); };
  });
  CLI::App* clear = Command(*fault, "clear", "End a fault", "  lifeboat fault clear f-1");
  clear->add_option("id", p.clear.id);
  clear->add_flag("--all", p.clear.all);
  clear->callback([&p] { p.run = [&p] { return FaultClear(p.common, p.clear); }; });
}

void AddDrillCommands(CLI::App& app, Parsed& p) {
  CLI::App* drill = Command(app, "drill", "Rehearse the loss of a region and measure RPO and RTO",
                            "  lifeboat drill run examples/techmoda/drill.yaml\n"
                            "  lifeboat drill grade drills/latest");
  drill->require_subcommand(1);
  CLI::App* run = Command(*drill, "run", "Run a scenario in a world of its own",
                          "  lifeboat drill run drill.yaml --out drills/monday\n"
                          "  lifeboat drill run drill.yaml --control no-recovery");
  run->add_option("file", p.drill_run.file, "The scenario")->required();
  run->add_option("--control", p.drill_run.control, "no-fault | no-recovery: prove the instrument")
      ->check(CLI::IsMember({"no-fault", "no-recovery"}));
  run->add_option("--target", p.drill_run.target, "local")->check(CLI::IsMember({"local", "aws"}));
  run->add_option("--runs", p.drill_run.runs, "Instead of the scenario's")
      ->check(CLI::Range(1, 100));
  run->add_option("--out", p.drill_run.out, "Folder of report.json and journal.jsonl.gz");
  run->add_option("--yes-really", p.drill_run.yes_really, "The name of the external world");
  run->add_flag("--keep-world", p.drill_run.keep_world, "Leave the world's folder, with its logs");
  run->callback([&p] { p.run = [&p] { return DrillRun(p.common, p.drill_run); }; });
  CLI::App* check = Command(*drill, "check", "Read a scenario and say what is wrong with it",
                            "  lifeboat drill check drill.yaml");
  check->add_option("file", p.drill_file)->required();
  check->callback([&p] { p.run = [&p] { return DrillCheck(p.common, p.drill_file); }; });
  CLI::App* grade = Command(*drill, "grade", "Recompute the report of a run from its journal alone",
                            "  lifeboat drill grade drills/latest");
  grade->add_option("dir", p.drill_folder)->required();
  grade->callback([&p] { p.run = [&p] { return DrillGrade(p.common, p.drill_folder); }; });
}

void AddSimWorld(CLI::App& command, Parsed& p) {
  command.add_option("--world", p.sim.world, "replication | failover; both if not given")
      ->check(CLI::IsMember({"replication", "failover"}));
}

void AddSimCommands(CLI::App& app, Parsed& p) {
  CLI::App* sim = Command(app, "sim", "The simulator: many seeds, virtual time, every invariant",
                          "  lifeboat sim run --seeds 10000\n  lifeboat sim replay --seed 42");
  sim->require_subcommand(1);
  CLI::App* run = Command(*sim, "run", "Run seeds and report the first that breaks an invariant",
                          "  lifeboat sim run --seeds 10000 --first-seed 1\n"
                          "  lifeboat sim run --outage 3h --writes-per-second 100");
  run->add_option("--seeds", p.sim.seeds)->check(CLI::PositiveNumber)->capture_default_str();
  run->add_option("--first-seed", p.sim.first_seed)->capture_default_str();
  run->add_option("--outage", p.sim.outage, "Not seeds, but one region dead for so long");
  run->add_option("--writes-per-second", p.sim.writes_per_second, "With --outage")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  AddSimWorld(*run, p);
  run->callback([&p] { p.run = [&p] { return SimRun(p.common, p.sim); }; });
  CLI::App* replay = Command(*sim, "replay", "Repeat one seed and print it event by event",
                             "  lifeboat sim replay --seed 42");
  replay->add_option("--seed", p.sim.seed)->required();
  AddSimWorld(*replay, p);
  replay->callback([&p] { p.run = [&p] { return SimReplay(p.common, p.sim); }; });
}

void AddServeCommands(CLI::App& app, Parsed& p) {
  CLI::App* serve = Command(app, "serve", "One process in the foreground, for systemd or by hand",
                            "  lifeboat serve region us-east-1 --data-dir /var/lib/lifeboat");
  serve->require_subcommand(1);
  CLI::App* region = Command(*serve, "region", "One region of the world in the data folder",
                             "  lifeboat serve region us-east-1");
  region->add_option("name", p.serve_region.region)->required();
  region->add_flag("--accept-loss", p.serve_region.accept_loss,
                   "Go on with what is left of a damaged disk");
  region->callback([&p] { p.run = [&p] { return ServeRegion(p.common, p.serve_region); }; });
  Command(*serve, "nameserver", "The name server of the world in the data folder",
          "  lifeboat serve nameserver")
      ->callback([&p] { p.run = [&p] { return ServeNameServer(p.common); }; });
}

}  // namespace

int Main(int argc, char** argv) {
  CLI::App app{"Lifeboat rehearses the loss of an AWS region on one machine."};
  app.footer(
      "Examples:\n  lifeboat drill run examples/techmoda/drill.yaml\n  lifeboat up --detach\n"
      "  eval \"$(lifeboat env)\"\n\nExit codes: 0 done or met, 1 missed, 2 usage or could not "
      "run, "
      "3 inconclusive, 130 interrupted.");
  app.set_version_flag("--version", kVersionLine);
  app.require_subcommand(1);
  auto parsed = std::make_unique<Parsed>();
  app.add_option("--data-dir", parsed->common.data_dir, "A world is its data folder")
      ->envname("LIFEBOAT_DATA_DIR")
      ->capture_default_str();
  app.add_flag("--json", parsed->common.json, "For machines");
  app.add_flag("--quiet", parsed->common.quiet, "No progress, no hints");
  AddWorldCommands(app, *parsed);
  AddRuntimesCommands(app, *parsed);
  AddFaultCommands(app, *parsed);
  AddDrillCommands(app, *parsed);
  AddSimCommands(app, *parsed);
  AddServeCommands(app, *parsed);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? kExitDone : kExitUsage;
  }
  return parsed->run();
}

}  // namespace lifeboat::cli
