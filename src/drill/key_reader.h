// KeyReader: reads keys through the target's API from one region directly, whatever DNS says.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "client/http_session.h"
#include "client/lifeline.h"
#include "client/resolver.h"
#include "drill/setting.h"
#include "drill/target_api/known_items.h"

namespace lifeboat::drill {

class KeyReader {
 public:
  /// What a read found; an error when the key could not be read.
  struct Finding {
    std::optional<int64_t> seen;  ///< Nothing: the item is absent.
    std::optional<bool> match;    ///< The content is what was written under that number.
    int status = 0;
    std::string error;
  };
  KeyReader(const Setting& setting, const KnownItems& items, const std::string& region);

  /// Tries a few times where another try can change the answer. `done` runs once. The item's id
  /// must be known.
  void Read(const std::string& key, std::function<void(const Finding&)> done);

 private:
  Finding Judge(const std::string& key, const client::Exchange& exchange) const;
  void Try(const std::string& key, int tries, std::function<void(const Finding&)> done);

  const Setting& setting_;
  const KnownItems& items_;
  const http::Url& url_;
  client::Resolver resolver_;
  client::HttpSession session_;
  client::Lifeline lifeline_;
};

}  // namespace lifeboat::drill
