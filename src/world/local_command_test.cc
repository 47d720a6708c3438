#include "world/local_command.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "base/digest.h"

namespace lifeboat::world {
namespace {

struct LocalCommandTest : testing::Test {
  net::EventLoop loop;
  net::Spawner spawner;
  std::string folder = testing::TempDir() + "local-command-" + std::to_string(getpid());
  std::vector<std::string> lines;
  std::optional<Result<drill::CommandEnd>> end;

  LocalCommandTest() { std::filesystem::create_directories(folder); }
  ~LocalCommandTest() override { std::filesystem::remove_all(folder); }

  drill::CommandEnd Run(const std::string& text, Duration timeout = Duration::Minutes(1)) {
    drill::Command command{"failover", text, {{"NAME", "over"}}, timeout};
    end.reset();
    const auto running = RunCommand(
        loop, spawner, {folder, folder, {"PATH=/usr/bin:/bin", "NAME=under"}}, command,
        [this](const std::string& line) { lines.push_back(line); },
        [this](Result<drill::CommandEnd> ended) {
          end = std::move(ended);
          loop.Stop();
        });
    loop.Run();
    EXPECT_TRUE(end.has_value() && end->ok());
    return end && end->ok() ? **end : drill::CommandEnd{};
  }
};

TEST_F(LocalCommandTest, ItsOutputAndResultsAreKept) {
  const drill::CommandEnd ended =
      Run("echo $NAME; echo table.us-west-2=restored >> $LIFEBOAT_OUT; exit 3");
  EXPECT_EQ(ended.exit, 3);
  EXPECT_FALSE(ended.timed_out);
  EXPECT_EQ(ended.results, "table.us-west-2=restored\n");
  EXPECT_EQ(ended.output_sha256, Sha256Hex("over\n"));
  EXPECT_EQ(lines, std::vector<std::string>{"over"});
  std::ifstream log(folder + "/" + ended.file);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(log), {}), "over\n");
}

TEST_F(LocalCommandTest, EachRunHasAFileOfItsOwn) {
  EXPECT_EQ(Run("true").file, "failover.log");
  EXPECT_EQ(Run("true").file, "failover-2.log");
}

TEST_F(LocalCommandTest, WhatTakesTooLongIsEnded) {
  const drill::CommandEnd ended = Run("sleep 60", Duration::Millis(50));
  EXPECT_TRUE(ended.timed_out);
  EXPECT_EQ(ended.exit, 128 + 9);
}

}  // namespace
}  // namespace lifeboat::world
