// Definitions come from templates that people write: any bytes must be read or refused, and what
// was read must survive storing and routing.
#include <cstddef>
#include <cstdint>

#include "apigateway/import.h"
#include "apigateway/mock.h"
#include "apigateway/router.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lifeboat::apigateway;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  lifeboat::Prng prng(1);
  const auto api = ImportDefinition(text, EmptyDefinition(prng), false, prng);
  if (!api.ok()) return 0;
  const lifeboat::json::Value stored = api->definition.ToJson();
  lifeboat::Check(Definition::FromJson(stored).ToJson() == stored, "stored form changes");
  for (const auto& [path, resource] : api->definition.resources) {
    lifeboat::Check(FindRoute(api->definition.resources, "GET", path).resource, "unreachable path");
    for (const auto& [name, method] : resource.methods) (void)AnswerMock(method.integration);
  }
  return 0;
}
