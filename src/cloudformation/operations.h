// One function an API action, in api/. Each looks at the stacks, changes records, and writes the
// result; the service commits what was changed before it answers.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/prng.h"
#include "base/time.h"
#include "cloudformation/conductor.h"
#include "cloudformation/errors.h"
#include "cloudformation/planner.h"
#include "cloudformation/stack_store.h"
#include "http/aws_error.h"
#include "http/message.h"
#include "http/xml.h"

namespace lifeboat::cloudformation {

struct Context {
  std::string_view region;
  std::string_view account;
  WallTime now;
  Prng& prng;
  StackStore& store;
  Conductor& conductor;
  const Planner& planner;
  /// The stack whose steps are to be started after the commit.
  Stack* drive = nullptr;
};

using Outcome = Result<void, http::AwsError>;
using Operation = Outcome (*)(Context&, const http::Params&, http::XmlWriter& result);

Outcome CreateStack(Context&, const http::Params&, http::XmlWriter&);
Outcome UpdateStack(Context&, const http::Params&, http::XmlWriter&);
Outcome DeleteStack(Context&, const http::Params&, http::XmlWriter&);
Outcome DescribeStacks(Context&, const http::Params&, http::XmlWriter&);
Outcome ListStacks(Context&, const http::Params&, http::XmlWriter&);
Outcome DescribeStackEvents(Context&, const http::Params&, http::XmlWriter&);
Outcome DescribeStackResource(Context&, const http::Params&, http::XmlWriter&);
Outcome DescribeStackResources(Context&, const http::Params&, http::XmlWriter&);
Outcome ListStackResources(Context&, const http::Params&, http::XmlWriter&);
Outcome GetTemplate(Context&, const http::Params&, http::XmlWriter&);
Outcome GetTemplateSummary(Context&, const http::Params&, http::XmlWriter&);
Outcome ValidateTemplateAction(Context&, const http::Params&, http::XmlWriter&);
Outcome CreateChangeSet(Context&, const http::Params&, http::XmlWriter&);
Outcome DescribeChangeSet(Context&, const http::Params&, http::XmlWriter&);
Outcome ExecuteChangeSet(Context&, const http::Params&, http::XmlWriter&);
Outcome DeleteChangeSet(Context&, const http::Params&, http::XmlWriter&);
Outcome ListChangeSets(Context&, const http::Params&, http::XmlWriter&);
Outcome ListExports(Context&, const http::Params&, http::XmlWriter&);
Outcome ListImports(Context&, const http::Params&, http::XmlWriter&);

/// nullptr for an unknown action.
Operation FindOperation(std::string_view action);

// What several actions share (api/common.cc).

/// The first parameter that asks for something that is not there; ok when there is none. `known`
/// are the names that the action reads, lists without their indexes.
Outcome RefuseUnknownParameters(const http::Params& params,
                                std::span<const std::string_view> known);
/// The stack that `StackName` names; `not_found` makes the error.
http::AwsResult<Stack*> RequireStack(Context& context, const http::Params& params,
                                     http::AwsError (*not_found)(std::string_view));
Outcome CheckStackName(std::string_view name);
/// A stack without resources yet, and with its id.
Stack NewStack(Context& context, std::string name);
/// ROLLBACK, DELETE or DO_NOTHING; DisableRollback is the older way to say the last.
http::AwsResult<OnFailure> ReadOnFailure(const http::Params& params, std::string_view member);
/// Fills a stack from its plan and begins its creation; the service starts it after the commit.
Outcome BeginCreation(Context& context, Stack& stack);

/// Where a page of `total` elements begins and ends, from NextToken; writes the next token.
struct PageBounds {
  size_t begin = 0;
  size_t end = 0;
  std::string next_token;  ///< Empty on the last page.
};
http::AwsResult<PageBounds> ReadPage(const http::Params& params, size_t total, size_t page_size);

void WriteTexts(http::XmlWriter& xml, std::string_view list, const std::vector<std::string>& texts);
void WriteTags(http::XmlWriter& xml, const TextPairs& tags);
/// With the values of NoEcho parameters hidden.
void WriteParameters(http::XmlWriter& xml, const Plan& plan);

inline constexpr size_t kPageSize = 100;
inline constexpr std::string_view kXmlNamespace =
    "http://cloudformation.amazonaws.com/doc/2010-05-15/";

}  // namespace lifeboat::cloudformation
