// With shell scripts for interpreters.
#include "net/interpreters.h"

#include <sys/stat.h>

#include <gtest/gtest.h>

#include "net/files.h"
#include "net/function_program.h"
#include "net/temporary_folder.h"

namespace lifeboat::net {
namespace {

using lambda::FindRuntime;
using lambda::Interpreter;

class InterpreterTest : public testing::Test {
 protected:
  /// A program that says that version of itself, and counts in `asked` how often it was asked.
  std::string Put(const std::string& path, const std::string& version) {
    const std::string program = folder.path() + "/" + path;
    const std::string script =
        "#!/bin/sh\necho x >> '" + folder.path() + "/asked'\necho '" + version + "' \"$0\"\n";
    EXPECT_TRUE(MakeFolders(program.substr(0, program.rfind('/'))).ok());
    EXPECT_TRUE(WriteFileAtomically(program, script, 0700).ok());
    return program;
  }
  InterpreterFinder Finder() {
    return {folder.path() + "/pinned", folder.path() + "/one:relative:" + folder.path() + "/two"};
  }
  std::string Found(InterpreterFinder& finder, const char* runtime) {
    const auto found = finder.Find(*FindRuntime(runtime));
    return found ? found->version + " " + found->path.substr(folder.path().size() + 1) : "none";
  }

  TemporaryFolder folder;
};

TEST_F(InterpreterTest, TheVeryReleaseOrTheFirstOfThePathStandsIn) {
  Put("one/node", "20.1.0");
  Put("two/node", "18.2.0");
  Put("pinned/node22/bin/node", "22.3.0");
  InterpreterFinder finder = Finder();
  EXPECT_EQ(Found(finder, "nodejs20.x"), "20.1.0 one/node");
  EXPECT_EQ(Found(finder, "nodejs18.x"), "18.2.0 two/node");
  EXPECT_EQ(Found(finder, "nodejs22.x"), "22.3.0 pinned/node22/bin/node");
  EXPECT_EQ(Found(finder, "nodejs24.x"), "20.1.0 one/node");
  EXPECT_EQ(Found(finder, "python3.12"), "none");
  EXPECT_EQ(ReadFile(folder.path() + "/asked", 100)->size(), 6u) << "each once";
}

TEST_F(InterpreterTest, PythonsAreFoundByTheirReleaseToo) {
  Put("two/python3", "3.11.2");
  Put("one/python3.13", "3.13.0");
  Put("one/python3.12", "3.10.1");  // It lies.
  InterpreterFinder finder = Finder();
  EXPECT_EQ(Found(finder, "python3.13"), "3.13.0 one/python3.13");
  EXPECT_EQ(Found(finder, "python3.11"), "3.11.2 two/python3");
  EXPECT_EQ(Found(finder, "python3.14"), "3.11.2 two/python3");
  const std::string only = Put("three/python3.10", "3.10.4");
  InterpreterFinder other("", folder.path() + "/three");
  EXPECT_EQ(Found(other, "python3.14"), "3.10.4 three/python3.10") << "better than none";
}

TEST_F(InterpreterTest, TooOldAndBrokenOnesAreNone) {
  Put("one/node", "16.20.0");
  const std::string failing = folder.path() + "/two/node";
  ASSERT_TRUE(MakeFolders(folder.path() + "/two").ok());
  ASSERT_TRUE(WriteFileAtomically(failing, "#!/bin/sh\necho 22.0.0 /x\nexit 1\n", 0700).ok());
  InterpreterFinder finder = Finder();
  EXPECT_EQ(Found(finder, "nodejs22.x"), "none");
}

TEST_F(InterpreterTest, ProgramsOfManagedRuntimes) {
  lambda::ProcessSpec spec{.runtime = "nodejs22.x",
                           .memory_mb = 128,
                           .variables = {{"PATH", "/bin"}, {"PYTHONPATH", "/mine"}}};
  const Interpreter node{lambda::Language::kNode, "/usr/bin/node", "22.1.0", 22};
  FunctionProgram program = MakeFunctionProgram(spec, "/p/abc", "/p", "/r", &node);
  EXPECT_EQ(program.argv,
            (std::vector<std::string>{"/usr/bin/node", "--expose-gc",
                                      "--max-http-header-size=81920", "--max-semi-space-size=6",
                                      "--max-old-space-size=116", "/p/.runtime/node.cjs"}));
  EXPECT_EQ(program.variables.at("LAMBDA_TASK_ROOT"), "/p/abc");
  EXPECT_EQ(program.variables.at("NODE_PATH"), "/r/node/node_modules:/p/abc");
  EXPECT_EQ(program.variables.at("PATH"), "/usr/bin:/bin");

  spec.variables["AWS_LAMBDA_EXEC_WRAPPER"] = "/var/task/bin/wrap";
  const Interpreter python{lambda::Language::kPython, "/usr/bin/python3", "3.11.2", 11};
  program = MakeFunctionProgram(spec, "/p/abc", "/p", "/r", &python);
  EXPECT_EQ(program.argv, (std::vector<std::string>{"/p/abc/bin/wrap", "/usr/bin/python3", "-s",
                                                    "/p/.runtime/python.py"}));
  EXPECT_EQ(program.variables.at("PYTHONPATH"), "/mine") << "the owner's goes first";

  program = MakeFunctionProgram(spec, "/p/abc", "/p", "/r", nullptr);
  EXPECT_EQ(program.argv, (std::vector<std::string>{"/p/abc/bootstrap"}));
}

TEST_F(InterpreterTest, ClientsAreWrittenAndSdksAreLinked) {
  const std::string packages = folder.path() + "/functions";
  ASSERT_TRUE(WriteRuntimeClients(packages).ok());
  EXPECT_TRUE(ReadFile(packages + "/.runtime/node.cjs", 1 << 20)->find("'use strict'") !=
              std::string::npos);
  ASSERT_TRUE(WriteFileAtomically(packages + "/.runtime/python.py", "damaged").ok());
  ASSERT_TRUE(WriteRuntimeClients(packages).ok());
  EXPECT_TRUE(ReadFile(packages + "/.runtime/python.py", 1 << 20)->starts_with("# Lifeboat"));

  const std::string sdk = folder.path() + "/runtimes/node/node_modules";
  ASSERT_TRUE(MakeFolders(sdk).ok());
  const Interpreter node{lambda::Language::kNode, "/usr/bin/node", "22.1.0", 22};
  for (int i = 0; i < 2; ++i) {
    MakeFunctionProgram({}, packages + "/abc", packages, folder.path() + "/runtimes", &node);
    EXPECT_EQ(std::filesystem::read_symlink(packages + "/node_modules"), sdk);
  }
}

}  // namespace
}  // namespace lifeboat::net
