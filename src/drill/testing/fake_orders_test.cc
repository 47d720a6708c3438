// The fake world's order API: it makes ids, counts versions, and wants a key in a header.
#include "drill/testing/fake_world.h"

namespace lifeboat::drill {
namespace {

http::Response Refused(int status) {
  return JsonAnswer(status, json::Object{{"message", "refused"}});
}

}  // namespace

http::Response FakeWorld::Orders(Region& region, const http::Request& request) {
  if (request.headers.Get("x-api-key") != "a-secret") return Refused(403);
  const json::Value body = request.body.empty() ? json::Value() : *json::Parse(request.body);
  const auto show = [](const std::string& id, const Item& item, bool with_version) {
    json::Object order{{"id", id}, {"reference", item.reference}, {"quantity", item.seq}};
    if (with_version) order.Append("version", item.version);
    return json::Object{{"order", std::move(order)}};
  };
  if (request.method == "POST") {
    Item item{body.Find("quantity")->as_int(), false, time_.now(), region.name,
              body.GetString("reference"),     1};
    const std::string id = fmt::format("{}-{}", region.name, ++orders_);
    Write(region, id, item);
    return JsonAnswer(201, show(id, item, true));
  }
  const std::string id = request.target.substr(std::string("/orders/").size());
  const auto it = region.items.find(id);
  if (it == region.items.end() || it->second.deleted) return Refused(404);
  Item item = it->second;
  if (request.method == "GET") return JsonAnswer(200, show(id, item, true));
  item.written = time_.now();
  item.region = region.name;
  item.deleted = request.method == "DELETE";
  if (!item.deleted) {
    if (body.Find("version")->as_int() != item.version) return Refused(409);
    item.seq = body.Find("quantity")->as_int();
    ++item.version;
  }
  Write(region, id, item);
  return JsonAnswer(200, show(id, item, !options_.forgets_versions));
}

}  // namespace lifeboat::drill
