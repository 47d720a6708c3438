// CloudFormation's quotas (User Guide, "CloudFormation quotas"), and limits of our own.
#pragma once

#include <cstddef>

namespace lifeboat::cloudformation {

inline constexpr size_t kMaxTemplateBodyBytes = 51'200;        ///< Given in the request.
inline constexpr size_t kMaxTemplateUrlBytes = 1'024 * 1'024;  ///< Fetched from a bucket.
inline constexpr size_t kMaxResources = 500;
inline constexpr size_t kMaxParameters = 200;
inline constexpr size_t kMaxOutputs = 200;
inline constexpr size_t kMaxMappings = 200;
inline constexpr size_t kMaxDescriptionBytes = 1'024;  ///< Of the template, and of an output.
inline constexpr size_t kMaxParameterDescriptionBytes = 4'000;
/// Logical ids, and names of parameters, mappings, conditions and outputs.
inline constexpr size_t kMaxNameChars = 255;
inline constexpr size_t kMaxParameterValueBytes = 4'096;
inline constexpr size_t kMaxStacks = 2'000;
inline constexpr size_t kMaxStackNameChars = 128;
inline constexpr size_t kMaxTags = 50;
/// Our own: no text that functions build may grow longer.
inline constexpr size_t kMaxEvaluatedBytes = 1'024 * 1'024;
/// Our own: change sets kept for one stack.
inline constexpr size_t kMaxChangeSetsPerStack = 100;
/// Our own: deleted stacks that are remembered; AWS keeps them for 90 days.
inline constexpr size_t kMaxDeletedStacks = 200;

}  // namespace lifeboat::cloudformation
