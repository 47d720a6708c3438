#include "drill/target_api/target_api.h"

#include <gtest/gtest.h>

#include "drill/target_api/target_reader.h"
#include "json/yaml.h"

namespace lifeboat::drill {
namespace {

constexpr std::string_view kProducts = R"(
requests:
  create:
    method: POST
    path: /products
    body: {id: "{{key}}", name: "{{key}}", price: "{{seq:number}}", drillSeq: "{{seq:number}}"}
  update:
    method: PUT
    path: "/products/{{id}}"
    body: {name: "{{key}}", price: "{{seq:number}}", drillSeq: "{{seq:number}}"}
  get: {method: GET, path: "/products/{{id}}", seq: $.drillSeq}
  delete: {method: DELETE, path: "/products/{{id}}"}
item: {table: products, key: {id: "{{id}}"}, name: name, seq: drillSeq}
regional: {us-east-1: "https://use1.api.example.com"}
)";

/// An API that makes its ids, counts versions, and keeps everything in one table.
constexpr std::string_view kOrders = R"(
requests:
  create:
    method: POST
    path: /orders
    body: {customer: "{{key}}", note: {drill: "{{seq:number}}"}}
  update:
    method: PATCH
    path: "/orders/{{id}}?v={{version}}"
    body: {customer: "{{key}}", note: {drill: "{{seq:number}}"}, version: "{{version:number}}"}
  get: {method: GET, path: "/orders/{{id}}", seq: "$.order.lines[0].drill"}
  delete: {method: DELETE, path: "/orders/{{id}}"}
id: $.order.id
version: $.order.version
headers: {x-api-key: "a-${API_KEY}-b", x-plain: "yes"}
item: {table: shop, key: {pk: "ORDER#{{id}}", sk: "META"}, name: detail.customer, seq: detail.drill}
)";

struct ReadTarget {
  TargetApi api;
  std::string complaints;
};

ReadTarget Read(std::string_view yaml) {
  const Result<json::YamlDocument> document = json::ParseYaml(yaml);
  EXPECT_TRUE(document.ok());
  Complaints complaints(*document, "drill.yaml");
  Section section(&document->value, "", complaints);
  ReadTarget out{ReadTargetApi(section, {"us-east-1", "us-west-2"}), ""};
  section.Close();
  out.complaints = complaints.Text();
  return out;
}

http::Request Make(const TargetApi& api, Op op, const ItemValues& values) {
  const http::Url base{.scheme = "https", .host = "api.example.com", .port = 443, .target = "/v1"};
  return MakeRequest(api, base, op, values, FilledHeaders(api, {{"API_KEY", "secret"}}));
}

TEST(TargetApi, RequestsOfAPlainApi) {
  const ReadTarget read = Read(kProducts);
  ASSERT_EQ(read.complaints, "");
  const ItemValues values{"k/1", "k/1", 3, std::nullopt};
  const http::Request create = Make(read.api, Op::kCreate, values);
  EXPECT_EQ(create.method, "POST");
  EXPECT_EQ(create.target, "/v1/products");
  EXPECT_EQ(create.body, R"({"id":"k/1","name":"k/1","price":3,"drillSeq":3})");
  EXPECT_EQ(create.headers.Get("Content-Type"), "application/json");
  EXPECT_EQ(Make(read.api, Op::kUpdate, values).target, "/v1/products/k%2F1");
  const http::Request get = Make(read.api, Op::kGet, values);
  EXPECT_EQ(get.method + get.body, "GET");
  EXPECT_EQ(get.headers.Find("Content-Type"), nullptr);
  EXPECT_FALSE(read.api.ids_from_answers());
  EXPECT_FALSE(read.api.NeedsVersion(Op::kUpdate));
}

TEST(TargetApi, RequestsOfAnApiThatMakesIdsAndLocksByVersion) {
  const ReadTarget read = Read(kOrders);
  ASSERT_EQ(read.complaints, "");
  EXPECT_TRUE(read.api.ids_from_answers());
  EXPECT_TRUE(read.api.NeedsVersion(Op::kUpdate));
  EXPECT_FALSE(read.api.NeedsVersion(Op::kCreate));
  EXPECT_EQ(SecretNames(read.api), std::vector<std::string>{"API_KEY"});
  const AnswerFacts facts =
      ReadAnswer(read.api, R"({"order":{"id":17,"version":"4","lines":[{"drill":5.0}]}})");
  EXPECT_EQ(facts.id, "17");
  EXPECT_EQ(facts.seq, 5);
  ASSERT_TRUE(facts.version);
  const http::Request update = Make(read.api, Op::kUpdate, {"k1", "17", 6, facts.version});
  EXPECT_EQ(update.target, "/v1/orders/17?v=4");
  EXPECT_EQ(update.body, R"({"customer":"k1","note":{"drill":6},"version":4})");
  EXPECT_EQ(update.headers.Get("x-api-key"), "a-secret-b");
  EXPECT_EQ(json::Write(ItemKey(*read.api.item, {"", "17", 0, {}})),
            R"({"pk":{"S":"ORDER#17"},"sk":{"S":"META"}})");
}

TEST(TargetApi, AnswersThatTellNothing) {
  const TargetApi api = Read(kOrders).api;
  for (const std::string_view body :
       {"", "<html>", "null", "[]", R"({"order":{"id":null,"lines":[]}})",
        R"({"order":{"lines":[{"drill":"x"}]}})", R"({"order":{"lines":[{"drill":5.5}]}})"}) {
    const AnswerFacts facts = ReadAnswer(api, body);
    EXPECT_FALSE(facts.id || facts.seq || facts.version) << body;
  }
}

TEST(TargetApi, StoredItems) {
  const TargetApi api = Read(kOrders).api;
  const auto item = [&](std::string_view text) {
    return ReadFoundItem(*api.item, *json::Parse(text));
  };
  const auto a = item(R"({"pk":{"S":"ORDER#17"},"sk":{"S":"META"},
      "detail":{"M":{"customer":{"S":"k1"},"drill":{"N":"6"}}}})");
  const auto b =
      item(R"({"sk":{"S":"META"},"detail":{"M":{"drill":{"N":"6"},"customer":{"S":"k1"}}},
      "pk":{"S":"ORDER#17"}})");
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->item, "ORDER#17|META");
  EXPECT_EQ(a->id, "17");
  EXPECT_EQ(a->key, "k1");
  EXPECT_EQ(a->seq, 6);
  EXPECT_EQ(a->digest, b->digest);
  EXPECT_FALSE(item(R"({"pk":{"S":"ORDER#17"},"sk":{"S":"LINE#1"},"detail":{"M":{}}})"));
  EXPECT_FALSE(item(R"({"pk":{"S":"ORDER#17"}})"));
}

TEST(TargetApi, ContentIsWhatWasWritten) {
  const TargetApi products = Read(kProducts).api;
  const ItemValues values{"k1", "k1", 3, {}};
  EXPECT_TRUE(
      ContentMatches(products, values, R"({"id":"k1","name":"k1","price":3,"drillSeq":3})"));
  EXPECT_TRUE(ContentMatches(products, values, R"({"name":"k1","price":3.0,"more":1})"));
  EXPECT_FALSE(ContentMatches(products, values, R"({"name":"k1","price":2,"drillSeq":3})"));
  EXPECT_FALSE(ContentMatches(products, values, R"({"name":"other","drillSeq":3})"));
  EXPECT_FALSE(ContentMatches(products, values, "<html>"));
  // The lock's version is counted on by the API.
  const TargetApi orders = Read(kOrders).api;
  EXPECT_TRUE(ContentMatches(orders, {"k1", "17", 3, {}},
                             R"({"customer":"k1","version":9,"note":{"drill":3}})"));
}

struct Wrong {
  std::string from, to, complaint;
};

TEST(TargetApi, WhatIsWrongIsRefusedWithItsPlace) {
  const std::vector<Wrong> wrongs{
      {"\"/products/{{id}}\", seq", "\"/products/{{idd}}\", seq", "'{{idd}}' is no place"},
      {"\"/products/{{id}}\", seq", "\"/products/{{id\", seq", "without '}}'"},
      {"path: /products\n", "path: products\n", "a path begins with '/'"},
      {"seq: $.drillSeq", "seq: drillSeq", "is no place in an answer"},
      {"seq: $.drillSeq", "seq: \"$.a[\"", "is no place in an answer"},
      {"{method: GET", "{method: GOT", "is no value for 'method'"},
      {"name: name", "nam: name", "unknown key 'nam'"},
      {"key: {id: \"{{id}}\"}", "key: {}", "one or two key attributes"},
      {"key: {id: \"{{id}}\"}", "key: {id: {B: x}}", "is no key attribute"},
      {"us-east-1:", "eu-west-1:", "unknown key 'eu-west-1'"},
      {"https://use1", "use1", "is no URL"},
      {"price: \"{{seq:number}}\", drillSeq: \"{{seq:number}}\"}\n  get", "price: 1}\n  get",
       "must write the number of the write"},
  };
  for (const Wrong& wrong : wrongs) {
    std::string yaml(kProducts);
    const size_t at = yaml.find(wrong.from);
    ASSERT_NE(at, std::string::npos) << wrong.from;
    yaml.replace(at, wrong.from.size(), wrong.to);
    const std::string complaints = Read(yaml).complaints;
    EXPECT_NE(complaints.find(wrong.complaint), std::string::npos) << wrong.to << "\n"
                                                                   << complaints;
    EXPECT_EQ(complaints.rfind("drill.yaml:", 0), 0u);
  }
}

TEST(TargetApi, AVersionThatNothingTellsIsRefused) {
  std::string yaml(kOrders);
  yaml.replace(yaml.find("version: $.order.version"), 24, "");
  EXPECT_NE(Read(yaml).complaints.find("which nothing tells"), std::string::npos);
}

}  // namespace
}  // namespace lifeboat::drill
