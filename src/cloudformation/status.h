// The words for the states of stacks, resources and change sets, as the API writes them and as they
// are stored.
#pragma once

#include <string_view>

namespace lifeboat::cloudformation::status {

// Stacks and resources.
inline constexpr std::string_view kReviewInProgress = "REVIEW_IN_PROGRESS";
inline constexpr std::string_view kCreateInProgress = "CREATE_IN_PROGRESS";
inline constexpr std::string_view kCreateComplete = "CREATE_COMPLETE";
inline constexpr std::string_view kCreateFailed = "CREATE_FAILED";
inline constexpr std::string_view kRollbackInProgress = "ROLLBACK_IN_PROGRESS";
inline constexpr std::string_view kRollbackComplete = "ROLLBACK_COMPLETE";
inline constexpr std::string_view kRollbackFailed = "ROLLBACK_FAILED";
inline constexpr std::string_view kDeleteInProgress = "DELETE_IN_PROGRESS";
inline constexpr std::string_view kDeleteComplete = "DELETE_COMPLETE";
inline constexpr std::string_view kDeleteFailed = "DELETE_FAILED";
/// A resource whose DeletionPolicy kept it.
inline constexpr std::string_view kDeleteSkipped = "DELETE_SKIPPED";

// Change sets.
inline constexpr std::string_view kFailed = "FAILED";
inline constexpr std::string_view kAvailable = "AVAILABLE";
inline constexpr std::string_view kUnavailable = "UNAVAILABLE";
inline constexpr std::string_view kExecuteComplete = "EXECUTE_COMPLETE";
inline constexpr std::string_view kObsolete = "OBSOLETE";

}  // namespace lifeboat::cloudformation::status
