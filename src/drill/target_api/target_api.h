// TargetApi: the API that a drill speaks to, as the scenario's `target` describes it: how a request
// is made, what an answer tells, and where the audit finds an item in DynamoDB. The drill knows no
// other API; TechModa's products are such a description too.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "drill/attempt.h"
#include "drill/target_api/placeholders.h"
#include "http/message.h"
#include "json/value.h"

namespace lifeboat::drill {

/// One operation of the API.
struct RequestForm {
  std::string method;
  TextTemplate path;  ///< Below the target's URL.
  std::optional<BodyTemplate> body;
};

/// Where the item of a key stands in DynamoDB.
struct ItemPlace {
  struct KeyPart {
    std::string attribute;
    std::string type;  ///< S or N.
    TextTemplate value;
  };
  std::string table;
  std::vector<KeyPart> key;          ///< One or two.
  std::vector<std::string> name;     ///< Members that lead to the attribute with the drill's key.
  std::vector<std::string> writer;   ///< Of shared keys: who wrote the value; may be empty.
  std::vector<std::string> counter;  ///< Of shared counters: their number; may be empty.
  std::vector<std::string> seq;      ///< The same for the number of the write.
};

struct TargetApi {
  std::map<Op, RequestForm> requests;
  /// The id is the first of these that is there: a text of the drill's own, or told by the answer
  /// to the create.
  TextTemplate id;
  std::optional<AnswerPath> id_in_answer;
  std::optional<AnswerPath> seq_in_answer;      ///< Of the answer to `get`.
  std::optional<AnswerPath> version_in_answer;  ///< Of the answer to create, update and get.
  /// Values may have `${NAME}`, which stands for a variable of the environment.
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<ItemPlace> item;
  /// Each region's own way in, for the pre-flight and for audits by API; by region.
  std::map<std::string, http::Url> regional;

  /// The API makes the ids itself.
  bool ids_from_answers() const { return id_in_answer.has_value(); }
  /// The operation's request has a place for the version that an earlier answer told.
  bool NeedsVersion(Op op) const;
  /// nullptr when the API can't do it.
  const RequestForm* Form(Op op) const;
};

/// The variables that the headers name, each once.
std::vector<std::string> SecretNames(const TargetApi& api);
/// The headers with the variables' values. `values` has every one of SecretNames().
http::Headers FilledHeaders(const TargetApi& api, const std::map<std::string, std::string>& values);

/// The operation's request to the API below `base`; the operation must be one that the API has.
http::Request MakeRequest(const TargetApi& api, const http::Url& base, Op op,
                          const ItemValues& values, const http::Headers& headers);

/// What an answer tells; nullopt for what it doesn't.
struct AnswerFacts {
  std::optional<std::string> id;
  std::optional<int64_t> seq;
  std::optional<json::Value> version;
};
AnswerFacts ReadAnswer(const TargetApi& api, std::string_view body);

/// Whether an answer to `get` has the content of the write `values.seq`: every member that the
/// write sent and that the answer has beside the number is as it was sent. The first write of a key
/// is its create.
bool ContentMatches(const TargetApi& api, const ItemValues& values, std::string_view body);

/// The key of GetItem for the item with this id.
json::Object ItemKey(const ItemPlace& place, const ItemValues& values);

/// An item of the run, as the table holds it.
struct FoundItem {
  std::string item;  ///< Its key attributes' values: it names the item in the table.
  std::string id;    ///< What the API calls it; empty when the key doesn't tell.
  std::string key;   ///< The key that was written, from the name attribute.
  int64_t seq = 0;
  std::string writer;  ///< Empty where the item has none.
  std::optional<int64_t> counter;
  std::string digest;  ///< Of all attributes, whatever their order.
};
/// nullopt when it is none of the drill's: it lacks the name or the number, or its key is not one
/// that such an item has.
std::optional<FoundItem> ReadFoundItem(const ItemPlace& place, const json::Value& item);

}  // namespace lifeboat::drill
