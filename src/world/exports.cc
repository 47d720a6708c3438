#include "world/exports.h"

#include <fmt/format.h>

namespace lifeboat::world {

Exports MakeExports(const Config& config, const std::string& ca_path) {
  const auth::Credentials& key = config.keys.front();
  const std::string proxy = fmt::format("http://{}:{}", config.edge_address, config.edge_port);
  Exports exports;
  exports.set = {
      {"AWS_ACCESS_KEY_ID", key.access_key_id},
      {"AWS_SECRET_ACCESS_KEY", key.secret_access_key},
      {"AWS_DEFAULT_REGION", config.regions.front().name},
      {"AWS_EC2_METADATA_DISABLED", "true"},
      {"AWS_PAGER", ""},
      {"HTTPS_PROXY", proxy},
      {"https_proxy", proxy},
      {"NO_PROXY", "127.0.0.1,localhost"},
      {"no_proxy", "127.0.0.1,localhost"},
  };
  // One for each family of clients: AWS CLI and boto3, curl, Python's requests, OpenSSL, Node.js.
  for (const char* bundle : {"AWS_CA_BUNDLE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE",
                             "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"}) {
    exports.set.emplace_back(bundle, ca_path);
  }
  exports.unset = {"AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION", "AWS_ENDPOINT_URL"};
  return exports;
}

}  // namespace lifeboat::world
