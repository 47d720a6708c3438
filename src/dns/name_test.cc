// Names: text and wire forms, both ways, and hostile compression.
#include "dns/name.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace lifeboat::dns {
namespace {

Name N(std::string_view text) { return Name::Parse(text).value(); }

TEST(NameTest, ReadsTextWithAndWithoutTrailingDotInAnyCase) {
  EXPECT_EQ(N("www.Example.COM"), N("WWW.example.com."));
  EXPECT_EQ(N("www.example.com").wire(), std::string_view("\3www\7example\3com\0", 17));
  EXPECT_EQ(N(".").ToString(), ".");
  EXPECT_TRUE(N(".").is_root());
}

TEST(NameTest, RefusesBadText) {
  for (const std::string& text :
       {std::string(), std::string("a..b"), std::string(".a"), std::string("a\\"),
        std::string("a\\1"), std::string("a\\999"), std::string(64, 'x'),
        std::string(200, 'x').replace(63, 1, ".").replace(127, 1, ".").replace(191, 1, ".") + "." +
            std::string(63, 'y')})
    EXPECT_FALSE(Name::Parse(text).ok()) << text;
  EXPECT_FALSE(Name::Parse("\\9ab", Escapes::kOctal).ok());
}

TEST(NameTest, EscapesAreDecimalOrOctal) {
  EXPECT_EQ(N("\\042.a"), Name::Parse("\\052.a", Escapes::kOctal).value());
  EXPECT_TRUE(N("*.a").is_wildcard());
  EXPECT_EQ(N("*.a").ToString(Escapes::kOctal), "\\052.a.");
  EXPECT_EQ(N("a\\.b.c").Labels().size(), 2u);
  EXPECT_EQ(N("a\\.b.c").ToString(), "a\\.b.c.");
}

TEST(NameTest, ParentsAndAncestors) {
  EXPECT_EQ(N("a.b.c").Parent(), N("b.c"));
  EXPECT_EQ(Name().Parent(), Name());
  EXPECT_TRUE(N("a.b.c").IsWithin(N("b.c")));
  EXPECT_TRUE(N("b.c").IsWithin(N("b.c")));
  EXPECT_FALSE(N("ab.c").IsWithin(N("b.c")));
  EXPECT_EQ(*N("b").Prepend("A"), N("a.b"));
  EXPECT_FALSE(N("b").Prepend("").ok());
}

TEST(NameTest, ReadFollowsPointersBackwardsOnly) {
  const std::string message = std::string("\1b\1c\0", 5) + std::string("\1a\xc0\0", 4);
  size_t offset = 5;
  EXPECT_EQ(*Name::Read(message, offset), N("a.b.c"));
  EXPECT_EQ(offset, message.size());
  for (const std::string& bad :
       {std::string("\xc0\0", 2), std::string("\1a\xc0\0", 4), std::string("\xc0\2\1a\0", 5),
        std::string("\x40", 1), std::string("\5ab", 3), std::string("\xc0", 1)}) {
    size_t at = 0;
    EXPECT_FALSE(Name::Read(bad, at).ok());
  }
}

RC_GTEST_PROP(NameTest, AnyLabelsSurviveTextInBothEscapes, ()) {
  Name name;
  for (int i = *rc::gen::inRange(0, 5); i > 0; --i) {
    const auto label = *rc::gen::nonEmpty(rc::gen::string<std::string>());
    if (Result<Name> longer = name.Prepend(label.substr(0, 40)); longer.ok()) name = *longer;
  }
  for (const Escapes escapes : {Escapes::kDecimal, Escapes::kOctal})
    RC_ASSERT(*Name::Parse(name.ToString(escapes), escapes) == name);
  RC_ASSERT(*Name::FromWire(name.wire()) == name);
}

RC_GTEST_PROP(NameTest, ReadingAnyBytesEnds, (const std::string& bytes)) {
  for (size_t start = 0; start < bytes.size(); ++start) {
    size_t offset = start;
    if (Name::Read(bytes, offset).ok()) RC_ASSERT(offset > start);
  }
}

}  // namespace
}  // namespace lifeboat::dns
