#include "net/region_host.h"

#include "base/log.h"

namespace lifeboat::net {
namespace {

std::unique_ptr<Dialer> PlainDialer(EventLoop& loop) {
  return std::move(Dialer::New(loop, "")).value();
}

}  // namespace

RegionHost::RegionHost(EventLoop& loop, RegionDisk disk, acm::CertificateAuthority& authority,
                       RegionHostOptions options, std::unique_ptr<DiskReserve> reserve)
    : loop_(loop),
      engine_(std::move(disk.engine)),
      disk_(disk.state),
      authority_(authority),
      options_(std::move(options)),
      prng_(NewSystemPrng()),
      committer_(loop, *engine_, {}, std::move(reserve)),
      processes_(loop, {.folder = options_.code_folder,
                        .address = options_.address,
                        .runtimes_folder = options_.runtimes_folder}),
      dialer_(PlainDialer(loop)),
      peers_(loop, *dialer_) {}

RegionHost::~RegionHost() = default;

void RegionHost::CallPeer(std::string_view region, http::Request request, Duration timeout,
                          std::function<void(Result<http::Response>)> done) {
  const auto peer = options_.peers.find(region);
  if (peer == options_.peers.end()) {
    loop_.Post([name = std::string(region), done = std::move(done)] {
      done(Error{ErrorCode::kUnavailable, fmt::format("this world has no region {}", name)});
    });
    return;
  }
  peers_.Call({.address = peer->second.address, .port = peer->second.port}, std::move(request),
              timeout, std::move(done));
}

void RegionHost::ServeCertificate(std::string_view server_name, std::string_view chain_pem,
                                  std::string_view key_pem) {
  if (chain_pem.empty()) return certificates_.Remove(server_name);
  const Status set = certificates_.Set(server_name, chain_pem, key_pem);
  if (!set) log::Warn("certificate for {}: {}", server_name, set.error().message);
}

}  // namespace lifeboat::net
