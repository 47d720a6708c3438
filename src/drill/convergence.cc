#include "drill/convergence.h"

#include <set>

namespace lifeboat::drill {

Convergence::Convergence(const Setting& setting, const Workload& workload)
    : setting_(setting), workload_(workload) {
  for (const std::string& region : setting.scenario.world.regions)
    clients_.push_back(std::make_unique<client::AwsClient>(setting.host.dialer, setting.host.clock,
                                                           setting.places,
                                                           setting.world.credentials, region));
}

void Convergence::LookOnce(const Scope& scope, std::function<void(Result<Look>)> done) {
  Check(waiting_ == 0, "one look at a time");
  scope_ = scope;
  done_ = std::move(done);
  failed_ = {};
  contents_.assign(clients_.size(), {});
  waiting_ = clients_.size();
  for (size_t i = 0; i < clients_.size(); ++i)
    ReadContents(*clients_[i], *setting_.scenario.api.item, setting_.key_prefix,
                 lifeline_.Guard([this, i](auto contents) { OnContents(i, std::move(contents)); }));
}

void Convergence::OnContents(size_t region, Result<Contents> contents) {
  if (contents.ok())
    contents_[region] = std::move(contents).value();
  else
    failed_ = contents.error();
  if (--waiting_ > 0) return;
  if (!failed_.ok()) return done_(failed_.error());
  Compare();
}

void Convergence::Compare() {
  std::set<std::string> left_out;
  if (!scope_.last)
    for (const Workload::Key& key : workload_.keys())
      if (key.order >= scope_.before) left_out.insert(key.name);
  std::vector<Contents> compared = contents_;
  size_t keys = 0;
  for (Contents& contents : compared) {
    std::erase_if(contents, [&](const auto& item) { return left_out.contains(item.second.key); });
    keys = std::max(keys, contents.size());
  }
  const size_t differing = Differing(compared).size();
  ConvergenceLine line;
  line.last = scope_.last;
  line.equal = differing == 0;
  line.keys = static_cast<int64_t>(keys);
  line.differing = static_cast<int64_t>(differing);
  for (size_t i = 0; i < compared.size(); ++i)
    line.digests[clients_[i]->region()] = DigestOf(compared[i]);
  if (scope_.noted) setting_.journal.Note(line);
  done_(Look{differing == 0, std::move(contents_)});
}

}  // namespace lifeboat::drill
