// Shapes of table operations.
#pragma once

#include "dynamodb/api/shapes.h"

namespace lifeboat::dynamodb::shapes {

inline constexpr std::string_view kAttributeTypeValues[] = {"B", "N", "S"};
inline constexpr Shape kAttributeType{.kind = Kind::kString, .values = kAttributeTypeValues};
inline constexpr Member kAttributeDefinitionMembers[] = {
    {"AttributeName", &kString, Need::kNotNull},
    {"AttributeType", &kAttributeType, Need::kNotNull},
};
inline constexpr Shape kAttributeDefinition{.kind = Kind::kStructure,
                                            .name = "AttributeDefinition",
                                            .members = kAttributeDefinitionMembers};
inline constexpr Shape kAttributeDefinitions{.kind = Kind::kList, .element = &kAttributeDefinition};

inline constexpr std::string_view kKeyTypeValues[] = {"HASH", "RANGE"};
inline constexpr Shape kKeyType{.kind = Kind::kString, .values = kKeyTypeValues};
inline constexpr Shape kKeyAttributeName{.kind = Kind::kString, .min = 1, .max = 255};
inline constexpr Member kKeySchemaElementMembers[] = {
    {"AttributeName", &kKeyAttributeName, Need::kNotNull},
    {"KeyType", &kKeyType, Need::kNotNull},
};
inline constexpr Shape kKeySchemaElement{
    .kind = Kind::kStructure, .name = "KeySchemaElement", .members = kKeySchemaElementMembers};
inline constexpr Shape kKeySchema{
    .kind = Kind::kList, .min = 1, .max = 2, .element = &kKeySchemaElement};
/// Up to four attributes of each kind.
inline constexpr Shape kGlobalKeySchema{
    .kind = Kind::kList, .min = 1, .max = 8, .element = &kKeySchemaElement};

inline constexpr std::string_view kProjectionTypeValues[] = {"ALL", "INCLUDE", "KEYS_ONLY"};
inline constexpr Shape kProjectionType{.kind = Kind::kString, .values = kProjectionTypeValues};
inline constexpr Shape kNonKeyAttributes{
    .kind = Kind::kList, .min = 1, .max = 20, .element = &kKeyAttributeName};
inline constexpr Member kProjectionMembers[] = {
    {"ProjectionType", &kProjectionType},
    {"NonKeyAttributes", &kNonKeyAttributes},
};
inline constexpr Shape kProjection{
    .kind = Kind::kStructure, .name = "Projection", .members = kProjectionMembers};

inline constexpr Shape kUnits{.kind = Kind::kLong, .min = 1};
inline constexpr Member kProvisionedThroughputMembers[] = {
    {"WriteCapacityUnits", &kUnits, Need::kNotNull},
    {"ReadCapacityUnits", &kUnits, Need::kNotNull},
};
inline constexpr Shape kProvisionedThroughput{.kind = Kind::kStructure,
                                              .name = "ProvisionedThroughput",
                                              .members = kProvisionedThroughputMembers};
inline constexpr Shape kLong{.kind = Kind::kLong};
inline constexpr Member kOnDemandThroughputMembers[] = {
    {"MaxReadRequestUnits", &kLong},
    {"MaxWriteRequestUnits", &kLong},
};
inline constexpr Shape kOnDemandThroughput{
    .kind = Kind::kStructure, .name = "OnDemandThroughput", .members = kOnDemandThroughputMembers};
inline constexpr Member kWarmThroughputMembers[] = {
    {"ReadUnitsPerSecond", &kUnits},
    {"WriteUnitsPerSecond", &kUnits},
};
inline constexpr Shape kWarmThroughput{
    .kind = Kind::kStructure, .name = "WarmThroughput", .members = kWarmThroughputMembers};

inline constexpr Member kLocalIndexMembers[] = {
    {"IndexName", &kIndexName, Need::kNotNull},
    {"KeySchema", &kKeySchema, Need::kNotNull},
    {"Projection", &kProjection, Need::kNotNull},
};
inline constexpr Shape kLocalIndex{
    .kind = Kind::kStructure, .name = "LocalSecondaryIndex", .members = kLocalIndexMembers};
inline constexpr Shape kLocalIndexes{.kind = Kind::kList, .element = &kLocalIndex};
inline constexpr Member kGlobalIndexMembers[] = {
    {"IndexName", &kIndexName, Need::kNotNull},
    {"KeySchema", &kGlobalKeySchema, Need::kNotNull},
    {"Projection", &kProjection, Need::kNotNull},
    {"ProvisionedThroughput", &kProvisionedThroughput},
    {"OnDemandThroughput", &kOnDemandThroughput},
    {"WarmThroughput", &kWarmThroughput},
};
inline constexpr Shape kGlobalIndex{
    .kind = Kind::kStructure, .name = "GlobalSecondaryIndex", .members = kGlobalIndexMembers};
inline constexpr Shape kGlobalIndexes{.kind = Kind::kList, .element = &kGlobalIndex};

inline constexpr std::string_view kBillingModeValues[] = {"PROVISIONED", "PAY_PER_REQUEST"};
inline constexpr Shape kBillingMode{.kind = Kind::kString, .values = kBillingModeValues};
inline constexpr std::string_view kTableClassValues[] = {"STANDARD", "STANDARD_INFREQUENT_ACCESS"};
inline constexpr Shape kTableClass{.kind = Kind::kString, .values = kTableClassValues};

inline constexpr std::string_view kStreamViewTypeValues[] = {"NEW_IMAGE", "OLD_IMAGE",
                                                             "NEW_AND_OLD_IMAGES", "KEYS_ONLY"};
inline constexpr Shape kStreamViewType{.kind = Kind::kString, .values = kStreamViewTypeValues};
inline constexpr Member kStreamSpecificationMembers[] = {
    {"StreamEnabled", &kBoolean, Need::kNotNull},
    {"StreamViewType", &kStreamViewType},
};
inline constexpr Shape kStreamSpecification{.kind = Kind::kStructure,
                                            .name = "StreamSpecification",
                                            .members = kStreamSpecificationMembers};
inline constexpr std::string_view kSseTypeValues[] = {"AES256", "KMS"};
inline constexpr Shape kSseType{.kind = Kind::kString, .values = kSseTypeValues};
inline constexpr Member kSseSpecificationMembers[] = {
    {"Enabled", &kBoolean},
    {"SSEType", &kSseType},
    {"KMSMasterKeyId", &kString},
};
inline constexpr Shape kSseSpecification{
    .kind = Kind::kStructure, .name = "SSESpecification", .members = kSseSpecificationMembers};

inline constexpr Shape kTagKey{.kind = Kind::kString, .min = 1, .max = 128};
inline constexpr Shape kTagValue{.kind = Kind::kString, .min = 0, .max = 256};
inline constexpr Member kTagMembers[] = {
    {"Key", &kTagKey, Need::kNotNull},
    {"Value", &kTagValue, Need::kNotNull},
};
inline constexpr Shape kTag{.kind = Kind::kStructure, .name = "Tag", .members = kTagMembers};
inline constexpr Shape kTags{.kind = Kind::kList, .element = &kTag};
inline constexpr Shape kResourceArn{.kind = Kind::kString, .min = 1, .max = 1283};

}  // namespace lifeboat::dynamodb::shapes
