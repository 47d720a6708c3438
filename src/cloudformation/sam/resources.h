// The parts of the transform: each turns one thing of a serverless template into plain resources.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace lifeboat::cloudformation::sam {

/// Errors of one document, in the order found.
class Errors {
 public:
  /// `Resource with id [X] is invalid. <what>`
  void AddResource(std::string_view logical_id, std::string_view what);
  void Add(std::string what) { list_.push_back(std::move(what)); }
  bool empty() const { return list_.empty(); }
  /// The whole message.
  Error ToError() const;

 private:
  std::vector<std::string> list_;
};

/// One Api event of a function.
struct ApiEvent {
  std::string function;  ///< Logical id.
  std::string event;     ///< Its name in the function.
  std::string path;
  std::string method;  ///< Lower-case; `any` for all.
};

/// Properties with the section of Globals merged in: maps and lists join, the resource's own
/// scalars win.
json::Object MergeGlobals(const json::Object& globals, const json::Object& own);

/// Adds the AWS::Lambda::Function and its AWS::IAM::Role to `out`; its Api events to `events`.
void TranslateFunction(const std::string& logical_id, const json::Value& resource,
                       const json::Object& globals, json::Object& out,
                       std::vector<ApiEvent>& events, Errors& errors);

/// The role's inline policies and managed policies from `Policies`.
struct RolePolicies {
  json::Array managed;
  json::Array documents;
};
RolePolicies TranslatePolicies(const std::string& logical_id, const json::Value& policies,
                               Errors& errors);

/// Adds ServerlessRestApi, its deployment and stage, and a permission for each event.
void AddImplicitApi(const std::vector<ApiEvent>& events, const json::Object& globals,
                    json::Object& out, Errors& errors);

/// `{"Ref": name}` and `{"Fn::GetAtt": [name, attribute]}`.
json::Value RefTo(std::string_view name);
json::Value AttributeOf(std::string_view name, std::string_view attribute);

/// Tags of everything that the transform makes for a function.
json::Array TagsWithCreator(const json::Value* tags);

inline constexpr std::string_view kImplicitApi = "ServerlessRestApi";
inline constexpr std::string_view kStageName = "Prod";

}  // namespace lifeboat::cloudformation::sam
