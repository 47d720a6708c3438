#include "dynamodb/core.h"

#include "dynamodb/errors.h"
#include "dynamodb/replicas.h"

namespace lifeboat::dynamodb {

Core::Core(Service::Options service_options, Service::Dependencies dependencies, Catalog loaded)
    : options(std::move(service_options)),
      d(dependencies),
      catalog(std::move(loaded)),
      versions(options.region),
      writes({d.engine, d.committer, d.clock, catalog, versions, options.generation}),
      replicas(std::make_unique<Replicas>(*this)) {}

Core::~Core() = default;

http::AwsResult<LiveTable*> Core::UsableTable(std::string_view name_or_arn) {
  LiveTable* live = catalog.Find(name_or_arn);
  if (!live || live->deleting) return errors::ResourceNotFound();
  const bool joining = live->table().joining;
  // To clients a replica that is filled again is there, but out of order.
  if (live->closed || (joining && live->table().source.empty())) {
    return errors::InternalServerError();
  }
  if (joining) return errors::ResourceNotFound();
  return live;
}

}  // namespace lifeboat::dynamodb
