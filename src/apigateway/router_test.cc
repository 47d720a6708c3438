// Paths against resources: literal before parameter before greedy, values as sent.
#include "apigateway/router.h"

#include <gtest/gtest.h>

namespace lifeboat::apigateway {
namespace {

Resources Make(const std::vector<std::string>& paths) {
  Resources resources;
  for (const std::string& path : paths) {
    Resource resource{"id", "", path, {}};
    resource.methods["GET"] = {"GET", {}};
    resources[path] = resource;
  }
  return resources;
}

std::string PathOf(const Resources& resources, std::string_view path) {
  const Route route = FindRoute(resources, "GET", path);
  if (!route.resource) return "none";
  std::string text = route.resource->path;
  for (const auto& [name, value] : route.path_parameters) text += " " + name + "=" + value;
  return text;
}

TEST(RouterTest, FindsTheMostSpecificResource) {
  const Resources r = Make({"/", "/products", "/products/{id}", "/products/new", "/{proxy+}",
                            "/products/{id}/{rest+}", "/a/{x}/c"});
  const std::pair<const char*, const char*> table[] = {
      {"/", "/"},
      {"", "/"},
      {"/products", "/products"},
      {"/products/", "/products"},
      {"//products", "/products"},
      {"/products/new", "/products/new"},
      {"/products/4%2B2+1", "/products/{id} id=4%2B2+1"},
      {"/products/1/x/y/", "/products/{id}/{rest+} id=1 rest=x/y"},
      {"/other/deep/path", "/{proxy+} proxy=other/deep/path"},
      {"/a/b/d", "/{proxy+} proxy=a/b/d"},
      {"/products/{id}", "/products/{id} id={id}"},
  };
  for (const auto& [path, wanted] : table) EXPECT_EQ(PathOf(r, path), wanted) << path;
}

TEST(RouterTest, MethodLiteralBeforeAny) {
  Resources r = Make({"/x"});
  r["/x"].methods["ANY"] = {"ANY", {}};
  EXPECT_EQ(FindRoute(r, "GET", "/x").method->http_method, "GET");
  EXPECT_EQ(FindRoute(r, "PUT", "/x").method->http_method, "ANY");
  r["/x"].methods.erase("ANY");
  EXPECT_EQ(FindRoute(r, "PUT", "/x").method, nullptr);
  EXPECT_EQ(FindRoute(r, "GET", "/y").resource, nullptr);
}

TEST(RouterTest, AnEndlessPathIsRefused) {
  std::string path;
  for (size_t i = 0; i <= kMaxPathSegments; ++i) path += "/a";
  EXPECT_EQ(FindRoute(Make({"/{proxy+}"}), "GET", path).resource, nullptr);
}

}  // namespace
}  // namespace lifeboat::apigateway
