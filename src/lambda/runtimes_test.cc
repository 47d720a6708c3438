#include "lambda/runtimes.h"

#include <gtest/gtest.h>

namespace lifeboat::lambda {
namespace {

TEST(RuntimesTest, EraDecidesOverRetiredOnes) {
  struct Case {
    const char* name;
    RuntimeSupport today;
    RuntimeSupport lab;
  };
  using enum RuntimeSupport;
  for (const Case& c :
       {Case{"provided.al2023", kRuns, kRuns}, Case{"nodejs24.x", kRuns, kRuns},
        Case{"nodejs20.x", kRetired, kRuns}, Case{"nodejs14.x", kRetired, kRuns},
        Case{"python3.14", kRuns, kRuns}, Case{"python3.7", kRetired, kRuns},
        Case{"python2.7", kRetired, kNotSupported}, Case{"java21", kNotSupported, kNotSupported},
        Case{"go1.x", kRetired, kNotSupported}, Case{"nodejs99.x", kUnknown, kUnknown}}) {
    EXPECT_EQ(ClassifyRuntime(c.name, Era::kToday), c.today) << c.name;
    EXPECT_EQ(ClassifyRuntime(c.name, Era::kLab), c.lab) << c.name;
  }
}

TEST(RuntimesTest, InterpretersAreReadFromTheirVersions) {
  const auto node = MakeInterpreter(Language::kNode, "/usr/bin/node", "v20.11.1");
  ASSERT_TRUE(node);
  EXPECT_EQ(node->version, "20.11.1");
  EXPECT_EQ(node->release, 20);
  EXPECT_TRUE(IsExact(*node, *FindRuntime("nodejs20.x")));
  EXPECT_FALSE(IsExact(*node, *FindRuntime("nodejs22.x")));
  const auto python = MakeInterpreter(Language::kPython, "/usr/bin/python3", "3.11.2");
  ASSERT_TRUE(python);
  EXPECT_TRUE(IsExact(*python, *FindRuntime("python3.11")));
  for (const auto& [language, version] : {std::pair{Language::kNode, "v16.20.0"},
                                          {Language::kPython, "3.8.10"},
                                          {Language::kPython, "2.7.18"},
                                          {Language::kNode, "v20"},
                                          {Language::kNode, ""},
                                          {Language::kNode, "vx.y.z"}}) {
    EXPECT_FALSE(MakeInterpreter(language, "p", version)) << version;
  }
}

}  // namespace
}  // namespace lifeboat::lambda
