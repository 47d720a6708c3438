// Child processes, packages and execution environments, with shell scripts for programs.
#include "net/process_host.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zip.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "net/files.h"
#include "net/net_test_support.h"
#include "net/temporary_folder.h"

namespace lifeboat::net {
namespace {

bool Alive(pid_t pid) {
  // A zombie whose parent is not us still counts for kill(2), but not here.
  const auto state = ReadFile("/proc/" + std::to_string(pid) + "/stat", 4096);
  return state.ok() && state->find(") Z") == std::string::npos;
}

class ChildProcessTest : public testing::Test {
 protected:
  std::unique_ptr<ChildProcess> Shell(const std::string& script, bool die_with_parent = true) {
    auto child =
        ChildProcess::Start(loop, spawner,
                            {.argv = {"/bin/bash", "-c", script},
                             .env = {"GREETING=hello"},
                             .folder = "/",
                             .die_with_parent = die_with_parent,
                             .on_line = [this](std::string_view line) { lines.emplace_back(line); },
                             .on_exit = [this](ChildExit e) { exit = e; }});
    EXPECT_TRUE(child.ok()) << child.error().message;
    return std::move(*child);
  }

  EventLoop loop;
  Spawner spawner;
  std::vector<std::string> lines;
  std::optional<ChildExit> exit;
};

TEST_F(ChildProcessTest, HandsOverOutputAndExit) {
  const auto child = Shell("echo $GREETING $PWD; echo bad >&2; printf end; exit 7");
  EXPECT_GT(child->pid(), 0);
  RUN_UNTIL(loop, exit.has_value());
  EXPECT_EQ(lines, (std::vector<std::string>{"hello /", "bad", "end"}));
  EXPECT_FALSE(exit->signalled);
  EXPECT_EQ(exit->status, 7);
  EXPECT_EQ(child->pid(), 0);
  child->Kill();
  child->Signal(SIGTERM);
}

TEST_F(ChildProcessTest, LongLinesComeInPieces) {
  const auto child = Shell("head -c 40000 /dev/zero | tr '\\0' x; echo; echo short");
  RUN_UNTIL(loop, exit.has_value());
  size_t total = 0;
  for (const std::string& line : lines) {
    EXPECT_LE(line.size(), kLogLineBytesMax + 16384);
    total += line.size();
  }
  EXPECT_EQ(total, 40005u);
  EXPECT_EQ(lines.back(), "short");
}

TEST_F(ChildProcessTest, KillTakesItsChildrenToo) {
  const auto child = Shell("sleep 1000 & echo $!; wait");
  RUN_UNTIL(loop, lines.size() == 1);
  const pid_t grandchild = std::stoi(lines[0]);
  EXPECT_TRUE(Alive(grandchild));
  child->Kill();
  RUN_UNTIL(loop, exit.has_value());
  EXPECT_TRUE(exit->signalled);
  EXPECT_EQ(exit->status, SIGKILL);
  RUN_UNTIL(loop, !Alive(grandchild));
}

TEST_F(ChildProcessTest, WhatAProgramLeavesBehindIsKilledAtItsEnd) {
  const auto child = Shell("sleep 1000 & echo $!");
  RUN_UNTIL(loop, exit.has_value());
  EXPECT_EQ(exit->status, 0);
  const pid_t grandchild = std::stoi(lines.at(0));
  RUN_UNTIL(loop, !Alive(grandchild));
}

TEST_F(ChildProcessTest, SignalsReachIt) {
  const auto child =
      Shell("trap 'echo got; exit 3' USR1; echo ready; while :; do sleep 0.01; done");
  RUN_UNTIL(loop, lines.size() == 1);
  child->Signal(SIGUSR1);
  RUN_UNTIL(loop, exit.has_value());
  EXPECT_EQ(exit->status, 3);
}

TEST_F(ChildProcessTest, InheritsNoDescriptorsAndNoIgnoredSignals) {
  // What the caller of this test ignores (nohup, a shell's background job) is passed on on purpose.
  for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM}) signal(number, SIG_DFL);
  const int leak = open("/dev/null", O_RDONLY);  // Without close-on-exec.
  const auto child = Shell("ls /proc/self/fd | tr '\\n' ' '; grep SigIgn /proc/self/status");
  RUN_UNTIL(loop, exit.has_value());
  close(leak);
  // 3 is the folder that ls reads. Bits from 31 up are the C library's own signals and the
  // real-time ones, which no caller of ours sets: they are the test runner's affair.
  const std::string before = "0 1 2 3 SigIgn:\t";
  ASSERT_EQ(lines.at(0).substr(0, before.size()), before);
  EXPECT_EQ(std::stoull(lines.at(0).substr(before.size()), nullptr, 16) & 0x7fffffff, 0u);
}

TEST_F(ChildProcessTest, DestructionKillsIt) {
  auto child = Shell("sleep 1000");
  const pid_t pid = child->pid();
  child.reset();
  EXPECT_FALSE(Alive(pid));
  EXPECT_FALSE(exit.has_value());
}

TEST_F(ChildProcessTest, WritesToALogFile) {
  const TemporaryFolder folder;
  const std::string log = folder.path() + "/log";
  ASSERT_TRUE(WriteFileAtomically(log, "before\n").ok());
  auto child = ChildProcess::Start(loop, spawner,
                                   {.argv = {"/bin/sh", "-c", "echo out; echo err >&2"},
                                    .log_file = log,
                                    .on_exit = [this](ChildExit e) { exit = e; }});
  ASSERT_TRUE(child.ok());
  RUN_UNTIL(loop, exit.has_value());
  EXPECT_EQ(*ReadFile(log, 1000), "before\nout\nerr\n");
}

TEST_F(ChildProcessTest, TellsWhyAProgramCannotRun) {
  const auto start = [this](const std::string& program) {
    return ChildProcess::Start(loop, spawner, {.argv = {program}}).error().code;
  };
  EXPECT_EQ(start("/does/not/exist"), ErrorCode::kNotFound);
  EXPECT_EQ(start("/etc/passwd"), ErrorCode::kInvalid);
  ChildSpec bad_log{.argv = {"/bin/true"}, .log_file = "/does/not/exist/log"};
  EXPECT_EQ(ChildProcess::Start(loop, spawner, bad_log).error().code, ErrorCode::kIo);
  ChildSpec bad_folder{.argv = {"/bin/true"}, .folder = "/does/not/exist"};
  EXPECT_EQ(ChildProcess::Start(loop, spawner, bad_folder).error().code, ErrorCode::kNotFound);
}

// As when a region is killed: its functions must not outlive it. The parent is this program again,
// in the test below, which runs only there.
TEST_F(ChildProcessTest, DiesWithAParentThatIsKilled) {
  auto parent =
      ChildProcess::Start(loop, spawner,
                          {.argv = {"/proc/self/exe", "--gtest_also_run_disabled_tests",
                                    "--gtest_filter=ChildProcessTest.DISABLED_ParentThatIsKilled"},
                           .env = InheritedEnvironment(),
                           .on_line =
                               [this](std::string_view line) {
                                 if (line.starts_with("child ")) lines.emplace_back(line.substr(6));
                               },
                           .on_exit = [this](ChildExit e) { exit = e; }});
  ASSERT_TRUE(parent.ok());
  RUN_UNTIL(loop, !lines.empty());
  const pid_t grandchild = std::stoi(lines[0]);
  EXPECT_TRUE(Alive(grandchild));
  (*parent)->Signal(SIGKILL);
  RUN_UNTIL(loop, exit.has_value() && !Alive(grandchild));
}

TEST_F(ChildProcessTest, DISABLED_ParentThatIsKilled) {
  const auto child = Shell("sleep 1000");
  printf("child %d\n", child->pid());
  fflush(stdout);
  loop.Run();
}

struct Entry {
  std::string name;
  std::string content;
  mode_t mode = S_IFREG | 0644;
};

std::string MakeZip(const std::vector<Entry>& entries) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/zip";
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE, nullptr);
  for (const Entry& entry : entries) {
    const bool is_folder = entry.name.ends_with('/');
    const zip_int64_t index =
        is_folder
            ? zip_dir_add(zip, entry.name.c_str(), 0)
            : zip_file_add(zip, entry.name.c_str(),
                           zip_source_buffer(zip, entry.content.data(), entry.content.size(), 0),
                           ZIP_FL_ENC_UTF_8);
    Check(index >= 0, "the zip takes an entry");
    zip_file_set_external_attributes(zip, static_cast<zip_uint64_t>(index), 0, ZIP_OPSYS_UNIX,
                                     static_cast<zip_uint32_t>(entry.mode) << 16);
  }
  Check(zip_close(zip) == 0, "the zip can be written");
  return *ReadFile(path, 100 << 20);
}

class PackageTest : public testing::Test {
 protected:
  ErrorCode Refusal(const std::string& zip, const PackageLimits& limits = {}) {
    const TemporaryFolder folder;
    const std::string inner = folder.path() + "/a/b";
    EXPECT_TRUE(MakeFolders(inner).ok());
    const Status status = UnpackPackage(zip, inner, limits);
    EXPECT_FALSE(status.ok());
    EXPECT_FALSE(std::filesystem::exists(folder.path() + "/evil"));
    EXPECT_FALSE(std::filesystem::exists(folder.path() + "/a/evil"));
    return status.ok() ? ErrorCode::kCancelled : status.error().code;
  }
};

TEST_F(PackageTest, UnpacksFilesFoldersAndModes) {
  const TemporaryFolder folder;
  const std::string zip = MakeZip({{"bootstrap", "#!", S_IFREG | 0755},
                                   {"lib/", "", S_IFDIR | 0755},
                                   {"lib/deep/data", std::string(300'000, 'd')},
                                   {"empty", ""}});
  ASSERT_TRUE(UnpackPackage(zip, folder.path()).ok());
  EXPECT_EQ(ReadFile(folder.path() + "/lib/deep/data", 1 << 20)->size(), 300'000u);
  EXPECT_EQ(*ReadFile(folder.path() + "/empty", 10), "");
  EXPECT_EQ(access((folder.path() + "/bootstrap").c_str(), X_OK), 0);
  struct stat info {};
  ASSERT_EQ(stat((folder.path() + "/lib/deep/data").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(PackageTest, RefusesHostileZips) {
  EXPECT_EQ(Refusal("no zip at all"), ErrorCode::kInvalid);
  EXPECT_EQ(Refusal(""), ErrorCode::kInvalid);
  for (const char* name : {"../evil", "a/../../evil", "/tmp/evil", "..", "..\\evil"}) {
    EXPECT_EQ(Refusal(MakeZip({{name, "x"}})), ErrorCode::kInvalid) << name;
  }
  EXPECT_EQ(Refusal(MakeZip({{"link", "/etc/passwd", S_IFLNK | 0777}})), ErrorCode::kInvalid);
  EXPECT_EQ(Refusal(MakeZip({{"device", "", S_IFCHR | 0666}})), ErrorCode::kInvalid);
  EXPECT_EQ(Refusal(MakeZip({{"a", "x"}, {"a/b", "y"}})), ErrorCode::kIo);
  EXPECT_EQ(Refusal(MakeZip({{"a/b", "x"}, {"a", "y"}})), ErrorCode::kInvalid);
}

TEST_F(PackageTest, RefusesDamagedZips) {
  const std::string good = MakeZip({{"bootstrap", std::string(5000, 'a') + "tail"}});
  EXPECT_EQ(Refusal(good.substr(0, good.size() / 2)), ErrorCode::kInvalid);
  std::string flipped = good;
  flipped[45] = static_cast<char>(flipped[45] ^ 0x55);  // Inside the compressed data.
  EXPECT_EQ(Refusal(flipped), ErrorCode::kInvalid);
}

TEST_F(PackageTest, ObeysItsLimits) {
  const std::string bomb = MakeZip({{"a", std::string(1 << 20, '\0')}});
  EXPECT_LT(bomb.size(), 10'000u);
  EXPECT_EQ(Refusal(bomb, {.unpacked_bytes = 1000}), ErrorCode::kLimit);
  EXPECT_EQ(Refusal(bomb, {.zip_bytes = 100}), ErrorCode::kLimit);
  EXPECT_EQ(Refusal(MakeZip({{"a", ""}, {"b", ""}}), {.files = 1}), ErrorCode::kLimit);
}

// Speaks just enough of the runtime API: one event, its answer, then the next one.
constexpr std::string_view kBootstrap = R"sh(#!/bin/bash
echo "start $GREETING $PWD $LAMBDA_TASK_ROOT"
exec 3<>/dev/tcp/${AWS_LAMBDA_RUNTIME_API%:*}/${AWS_LAMBDA_RUNTIME_API#*:}
while :; do
  printf 'GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n' >&3
  length=0
  while read -r line <&3; line=${line%$'\r'}; [ -n "$line" ]; do
    case $line in Content-Length:*) length=${line#*: } ;; esac
  done
  read -r -N "$length" event <&3
  [ "$event" = crash ] && echo "descriptors $(ulimit -n)" && exit 9
  printf 'POST /response HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s' \
      $((length + 3)) "re:$event" >&3
  while read -r line <&3; line=${line%$'\r'}; [ -n "$line" ]; do :; done
done
)sh";

class ProcessHostTest : public testing::Test {
 protected:
  ProcessHostTest()
      : host(std::make_unique<ProcessHost>(
            loop, ProcessHostOptions{.folder = folder.path() + "/code", .address = "127.0.0.1"})) {}

  Result<std::string> Unpack(const std::string& zip,
                             lambda::Language language = lambda::Language::kNative) {
    std::optional<Result<std::string>> unpacked;
    host->Unpack(std::make_shared<const std::string>(zip), language,
                 [&](Result<std::string> result) { unpacked = std::move(result); });
    EXPECT_FALSE(unpacked.has_value()) << "inside the call";
    EXPECT_TRUE(loop.RunUntil([&] { return unpacked.has_value(); }, Duration::Seconds(30)));
    return *unpacked;
  }

  std::string Package(std::string_view bootstrap) {
    const std::string zip = MakeZip({{"bootstrap", std::string(bootstrap)}});
    const Result<std::string> digest = Unpack(zip);
    EXPECT_TRUE(digest.ok());
    EXPECT_EQ(*digest, HexEncode(Sha256(zip)));
    return *digest;
  }

  void Start(lambda::EnvironmentId id, const std::string& digest,
             const std::string& runtime = "provided.al2023") {
    host->Start(
        id,
        {.code_sha256_hex = digest,
         .runtime = runtime,
         .variables = {{"GREETING", "hello"}, {"PATH", "/bin"}}},
        [this](http::Request request, http::Reply reply) {
          if (request.method == "GET") {
            next = std::move(reply);
          } else {
            results.push_back(request.body);
            reply({.status = 202});
          }
        },
        [this](std::string_view line) { lines.emplace_back(line); },
        [this](lambda::ProcessExit exit) { exits.push_back(exit); });
  }

  TemporaryFolder folder;
  EventLoop loop;
  std::unique_ptr<ProcessHost> host;
  http::Reply next;
  std::vector<std::string> results;
  std::vector<std::string> lines;
  std::vector<lambda::ProcessExit> exits;
};

TEST_F(ProcessHostTest, RunsAFunctionThroughItsRuntimeApi) {
  const std::string digest = Package(kBootstrap);
  EXPECT_TRUE(host->HasCode(digest));
  Start(1, digest);
  for (const std::string event : {"one", "two"}) {
    RUN_UNTIL(loop, next != nullptr);
    std::exchange(next, nullptr)({.body = event});
    RUN_UNTIL(loop, !results.empty() && results.back() == "re:" + event);
  }
  const std::string root = folder.path() + "/code/" + digest;
  EXPECT_EQ(lines.at(0), "start hello " + root + " " + root);
  RUN_UNTIL(loop, next != nullptr);
  next({.body = "crash"});
  RUN_UNTIL(loop, !exits.empty());
  EXPECT_EQ(exits[0].status, 9);
  EXPECT_FALSE(exits[0].signalled);
  RUN_UNTIL(loop, lines.size() == 2);
  EXPECT_EQ(lines[1], "descriptors 1024") << "as many as Lambda allows";
}

TEST_F(ProcessHostTest, KillEndsAnEnvironmentOnce) {
  Start(7, Package(kBootstrap));
  RUN_UNTIL(loop, next != nullptr);
  host->Kill(7);
  host->Kill(7);
  host->Kill(8);
  EXPECT_TRUE(exits.empty()) << "inside the call";
  RUN_UNTIL(loop, !exits.empty());
  EXPECT_TRUE(exits[0].signalled);
  EXPECT_EQ(exits[0].status, SIGKILL);
  next({.body = "late"});
  bool turned = false;
  loop.After(Duration::Millis(5), [&] { turned = true; });
  RUN_UNTIL(loop, turned);
  EXPECT_EQ(exits.size(), 1u);
}

TEST_F(ProcessHostTest, WhatCannotStartExits) {
  const auto expect_failed = [&](const std::string& digest) {
    exits.clear();
    lines.clear();
    Start(1, digest);
    EXPECT_TRUE(exits.empty());
    RUN_UNTIL(loop, !exits.empty());
    EXPECT_EQ(exits[0].status, 127);
    EXPECT_EQ(lines.size(), 1u);
  };
  expect_failed(std::string(64, 'a'));
  expect_failed("../../etc");
  expect_failed(Package("not executable by the kernel"));
  expect_failed(Package("#!/no/such/interpreter\n"));
}

TEST_F(ProcessHostTest, EnvironmentsHaveALimit) {
  host = std::make_unique<ProcessHost>(
      loop, ProcessHostOptions{
                .folder = folder.path() + "/code", .address = "127.0.0.1", .environments = 1});
  const std::string digest = Package(kBootstrap);
  Start(1, digest);
  Start(2, digest);
  RUN_UNTIL(loop, exits.size() == 1);
  EXPECT_EQ(exits[0].status, 127);
}

TEST_F(ProcessHostTest, ManagedRuntimesNeedAnInterpreterAndNoBootstrap) {
  const std::string bin = folder.path() + "/pinned/one/bin";
  ASSERT_TRUE(MakeFolders(bin).ok());
  ASSERT_TRUE(WriteFileAtomically(bin + "/node",
                                  "#!/bin/bash\n[ \"$1\" = -p ] && echo 20.0.0 \"$0\" && exit\n"
                                  "echo \"runs ${!#}\"\n",
                                  0700)
                  .ok());
  const std::string path = std::getenv("PATH");
  setenv("PATH", "/nowhere", 1);
  host = std::make_unique<ProcessHost>(
      loop, ProcessHostOptions{.folder = folder.path() + "/code",
                               .address = "127.0.0.1",
                               .runtimes_folder = folder.path() + "/pinned"});
  setenv("PATH", path.c_str(), 1);
  const std::string zip = MakeZip({{"index.js", "x"}});
  const auto digest = Unpack(zip, lambda::Language::kNode);
  ASSERT_TRUE(digest.ok());
  EXPECT_EQ(Unpack(zip).error().code, ErrorCode::kInvalid) << "for a native function, of the same";
  Start(1, *digest, "nodejs22.x");
  RUN_UNTIL(loop, exits.size() == 1);
  EXPECT_EQ(lines, (std::vector<std::string>{"runs " + folder.path() + "/code/.runtime/node.cjs"}));
  EXPECT_EQ(exits[0].status, 0);

  Start(2, *digest, "python3.12");
  RUN_UNTIL(loop, exits.size() == 2);
  EXPECT_EQ(exits[1].status, 127);
  EXPECT_EQ(lines.back(), "no program on this machine runs python3.12: see `lifeboat runtimes`");

  Start(3, *digest, "python3.13");  // It is still looked for.
  host->Kill(3);
  RUN_UNTIL(loop, exits.size() == 3);
  EXPECT_TRUE(exits[2].signalled);
}

TEST_F(ProcessHostTest, UnpackRefusesAndLeavesNothing) {
  const std::string zip = MakeZip({{"handler", "x"}});
  const std::string digest = HexEncode(Sha256(zip));
  EXPECT_EQ(Unpack(zip).error().code, ErrorCode::kInvalid) << "no bootstrap";
  EXPECT_EQ(Unpack("not a zip").error().code, ErrorCode::kInvalid);
  EXPECT_FALSE(host->HasCode(digest));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path() + "/code"));
}

TEST_F(ProcessHostTest, TheLoopGoesOnWhileAPackageIsUnpacked) {
  std::vector<Entry> files = {{"bootstrap", "#!/bin/sh\n"}};
  for (int i = 0; i < 500; ++i) files.push_back({fmt::format("lib/{}.so", i), "x"});
  bool unpacked = false;
  int ticks = 0;
  std::function<void()> tick = [&] {
    ++ticks;
    if (!unpacked) loop.Post(tick);
  };
  host->Unpack(std::make_shared<const std::string>(MakeZip(files)), lambda::Language::kNative,
               [&](const Result<std::string>& result) { unpacked = result.ok(); });
  tick();
  RUN_UNTIL(loop, unpacked);
  EXPECT_GT(ticks, 10);
}

TEST_F(ProcessHostTest, AHostThatEndsDropsWhatItUnpacks) {
  bool told = false;
  for (int i = 0; i < 3; ++i)
    host->Unpack(std::make_shared<const std::string>(MakeZip({{"bootstrap", "x"}})),
                 lambda::Language::kNative, [&](const Result<std::string>&) { told = true; });
  host.reset();
  bool turned = false;
  loop.After(Duration::Millis(5), [&] { turned = true; });
  RUN_UNTIL(loop, turned);
  EXPECT_FALSE(told);
}

TEST_F(ProcessHostTest, UnpackStaysAcrossHostsAndReplacesAPart) {
  const std::string zip = MakeZip({{"bootstrap", "#!/bin/sh\n"}});
  const std::string digest = HexEncode(Sha256(zip));
  ASSERT_TRUE(MakeFolders(folder.path() + "/code/." + digest + "/left-over").ok());
  ASSERT_TRUE(Unpack(zip).ok());
  ASSERT_TRUE(Unpack(zip).ok());
  host = std::make_unique<ProcessHost>(
      loop, ProcessHostOptions{.folder = folder.path() + "/code", .address = "127.0.0.1"});
  EXPECT_TRUE(host->HasCode(digest));
  EXPECT_FALSE(std::filesystem::exists(folder.path() + "/code/" + digest + "/left-over"));
}

}  // namespace
}  // namespace lifeboat::net
