// Shapes that several operations share (API Reference; values of enums in the order in which AWS
// names them in refusals).
#pragma once

#include "dynamodb/shape.h"

namespace lifeboat::dynamodb::shapes {

using Kind = Shape::Kind;

inline constexpr Shape kString{.kind = Kind::kString};
inline constexpr Shape kBoolean{.kind = Kind::kBoolean};
inline constexpr Shape kAttributeValue{.kind = Kind::kAttributeValue, .name = "AttributeValue"};
inline constexpr Shape kItem{.kind = Kind::kItem};
inline constexpr Shape kStringMap{.kind = Kind::kMap, .element = &kString};
inline constexpr Shape kItemList{.kind = Kind::kList, .element = &kItem};

/// Of operations on tables.
inline constexpr Shape kTableName{
    .kind = Kind::kString, .min = 3, .max = 255, .resource_name = true, .arn_allowed = true};
/// Of PutItem, UpdateItem and DeleteItem, whose name may be short but not empty.
inline constexpr Shape kWriteTableName{.kind = Kind::kString,
                                       .min = 1,
                                       .max = 255,
                                       .resource_name = true,
                                       .arn_allowed = true,
                                       .generic_min = true};
inline constexpr Shape kNewTableName{
    .kind = Kind::kString, .min = 3, .max = 255, .resource_name = true};
inline constexpr Shape kIndexName{
    .kind = Kind::kString, .min = 3, .max = 255, .resource_name = true};
inline constexpr Shape kPositive{.kind = Kind::kInteger, .min = 1};
/// Of the legacy parameters only the types are looked at here; legacy.h knows their rules.
inline constexpr Shape kAttributesToGet{.kind = Kind::kList, .element = &kString};

inline constexpr std::string_view kReturnConsumedCapacityValues[] = {"INDEXES", "TOTAL", "NONE"};
inline constexpr Shape kReturnConsumedCapacity{.kind = Kind::kString,
                                               .values = kReturnConsumedCapacityValues};
inline constexpr std::string_view kReturnItemCollectionMetricsValues[] = {"SIZE", "NONE"};
inline constexpr Shape kReturnItemCollectionMetrics{.kind = Kind::kString,
                                                    .values = kReturnItemCollectionMetricsValues};
inline constexpr std::string_view kReturnValuesValues[] = {"ALL_NEW", "UPDATED_OLD", "ALL_OLD",
                                                           "NONE", "UPDATED_NEW"};
/// AWS's spelling of the last but one.
inline constexpr std::string_view kNewerReturnValues =
    "[ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]";
inline constexpr Shape kReturnValues{
    .kind = Kind::kString, .values = kReturnValuesValues, .newer_values = kNewerReturnValues};
/// Of UpdateItem, which tells it alone.
inline constexpr Shape kReturnValuesOfUpdate{.kind = Kind::kString,
                                             .generic = true,
                                             .values = kReturnValuesValues,
                                             .newer_values = kNewerReturnValues};
inline constexpr std::string_view kOnFailureValues[] = {"ALL_OLD", "NONE"};
inline constexpr Shape kReturnValuesOnConditionCheckFailure{.kind = Kind::kString,
                                                            .values = kOnFailureValues};
inline constexpr std::string_view kConditionalOperatorValues[] = {"OR", "AND"};
inline constexpr std::string_view kNewerConditionalOperators = "[ALL, OR]";
/// Of PutItem, UpdateItem and DeleteItem; of Query; of Scan.
inline constexpr Shape kConditionalOperator{.kind = Kind::kString,
                                            .generic = true,
                                            .values = kConditionalOperatorValues,
                                            .newer_values = kNewerConditionalOperators};
inline constexpr Shape kConditionalOperatorOfQuery{.kind = Kind::kString,
                                                   .generic = true,
                                                   .values = kConditionalOperatorValues,
                                                   .newer_values = kNewerConditionalOperators,
                                                   .bare = true};
inline constexpr Shape kConditionalOperatorOfScan{.kind = Kind::kString,
                                                  .values = kConditionalOperatorValues};
inline constexpr std::string_view kSelectValues[] = {"SPECIFIC_ATTRIBUTES", "COUNT",
                                                     "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"};
inline constexpr Shape kSelect{.kind = Kind::kString, .values = kSelectValues};

// Legacy conditions.
inline constexpr Shape kComparisonOperator{.kind = Kind::kString};
inline constexpr Shape kAttributeValueList{.kind = Kind::kList, .element = &kAttributeValue};
inline constexpr Member kExpectedMembers[] = {
    {"AttributeValueList", &kAttributeValueList},
    {"ComparisonOperator", &kComparisonOperator},
    {"Exists", &kBoolean},
    {"Value", &kAttributeValue},
};
inline constexpr Shape kExpectedValue{
    .kind = Kind::kStructure, .name = "ExpectedAttributeValue", .members = kExpectedMembers};
inline constexpr Shape kExpected{.kind = Kind::kMap, .element = &kExpectedValue};
inline constexpr Member kConditionMembers[] = {
    {"AttributeValueList", &kAttributeValueList},
    {"ComparisonOperator", &kComparisonOperator},
};
inline constexpr Shape kLegacyCondition{
    .kind = Kind::kStructure, .name = "Condition", .members = kConditionMembers};
inline constexpr Shape kLegacyConditions{.kind = Kind::kMap, .element = &kLegacyCondition};

}  // namespace lifeboat::dynamodb::shapes
