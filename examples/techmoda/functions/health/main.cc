// GET /health, the shallow check: DNS, TLS, API Gateway and Lambda work in this region. It says
// nothing about the table; GET /health/deep does.
#include "clock.h"
#include "environment.h"
#include "event.h"
#include "runtime.h"

int main() {
  const techmoda::Settings settings = techmoda::ReadSettings();
  return techmoda::ServeInvocations([&](const nlohmann::json&) {
    return techmoda::Answer(200, {{"status", "healthy"},
                                  {"region", settings.region},
                                  {"time", techmoda::FormatMillis(techmoda::NowMillis())}});
  });
}
