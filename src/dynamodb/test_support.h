// Short ways to write items and requests in tests.
#pragma once

#include <gtest/gtest.h>

#include "dynamodb/expression.h"
#include "dynamodb/wire.h"

namespace lifeboat::dynamodb::testing {

/// `{"a":{"N":"1"}}`
inline Item ItemOf(std::string_view text) {
  const Result<json::Value> parsed = json::Parse(text);
  EXPECT_TRUE(parsed.ok()) << text;
  AwsResult<Item> item = ItemFromJson(*parsed);
  EXPECT_TRUE(item.ok()) << text << ": " << item.error().message;
  return item.ok() ? *std::move(item) : Item();
}

/// Names and values as JSON; empty for none.
inline Substitutions SubsOf(std::string_view names, std::string_view values) {
  const auto parse = [](std::string_view text) {
    return text.empty() ? json::Value() : *json::Parse(text);
  };
  const json::Value names_json = parse(names);
  const json::Value values_json = parse(values);
  AwsResult<Substitutions> subs = SubstitutionsFromJson(&names_json, &values_json);
  EXPECT_TRUE(subs.ok()) << names << values;
  return subs.ok() ? *std::move(subs) : Substitutions();
}

inline std::string JsonOf(const Item& item) {
  std::string text;
  AppendJson(text, item);
  return text;
}

}  // namespace lifeboat::dynamodb::testing
