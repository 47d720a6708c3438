// Every limit of APIs and of what goes through them. AWS's own quotas are marked (Developer Guide,
// "Amazon API Gateway quotas and important notes").
#pragma once

#include <cstddef>

#include "base/time.h"

namespace lifeboat::apigateway {

// AWS.
inline constexpr size_t kMaxRestApis = 600;
inline constexpr size_t kMaxResourcesPerApi = 300;
inline constexpr size_t kMaxStagesPerApi = 10;
inline constexpr size_t kMaxDomainNames = 120;
inline constexpr size_t kMaxMappingsPerDomain = 200;
inline constexpr size_t kMaxDefinitionBytes = 6 * 1024 * 1024;
inline constexpr size_t kMaxBodyBytes = 10 * 1024 * 1024;
inline constexpr size_t kMaxHeaderBytes = 10240;
inline constexpr int kMinIntegrationTimeoutMs = 50;
inline constexpr int kMaxIntegrationTimeoutMs = 29'000;
inline constexpr size_t kMaxPageSize = 500;
inline constexpr size_t kDefaultPageSize = 25;

// Ours.
/// Deployments kept per API (AWS keeps more).
inline constexpr size_t kMaxDeploymentsPerApi = 100;
inline constexpr size_t kMaxQueuedControlCalls = 256;
inline constexpr size_t kMaxPathSegments = 64;

}  // namespace lifeboat::apigateway
