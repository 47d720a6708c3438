// Buckets, objects and uploads as they lie in Space::kMeta (docs/formats/stacks-and-buckets.md):
//   s3/bucket/<name>                       {created}
//   s3/object/<bucket> 00 <key>            {size, etag, modified, headers, blobs}
//   s3/upload/<upload id>                  {bucket, key, headers}
//   s3/part/<upload id>/<u16 number>       {size, etag, blob}
//   s3/blob/<blob id>/<u32 index>          bytes, at most kChunkBytes
// A completed multipart upload takes its parts' blobs over as they are.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/prng.h"
#include "base/time.h"
#include "http/message.h"
#include "json/value.h"
#include "storage/engine.h"

namespace lifeboat::s3 {

struct Blob {
  std::string id;
  size_t size = 0;
};

struct Object {
  size_t size = 0;
  std::string etag;  ///< With its quotes.
  WallTime modified;
  json::Object headers;  ///< Content-Type, x-amz-meta-* and the like, as they are given back.
  std::vector<Blob> blobs;
};

struct Upload {
  std::string bucket;
  std::string key;
  json::Object headers;
};

struct Part {
  uint16_t number = 0;
  std::string etag;
  Blob blob;
};

class Store {
 public:
  explicit Store(const storage::Engine& engine) : engine_(engine) {}

  /// When the bucket was made; nullopt when there is none.
  Result<std::optional<WallTime>> FindBucket(std::string_view name) const;
  struct NamedBucket {
    std::string name;
    WallTime created;
  };
  Result<std::vector<NamedBucket>> ListBuckets() const;

  Result<std::optional<Object>> FindObject(std::string_view bucket, std::string_view key) const;
  /// Calls `visit` for objects with key >= `from` in key order until it returns false.
  Status VisitObjects(
      std::string_view bucket, std::string_view from,
      const std::function<bool(const std::string& key, const Object&)>& visit) const;
  Result<std::string> ReadBlobs(const std::vector<Blob>& blobs) const;
  /// The bytes from `begin` to before `end`, read as they are taken: a store's engine must live as
  /// long. An object that is deleted meanwhile ends early.
  std::shared_ptr<http::BodyPieces> Pieces(std::vector<Blob> blobs, size_t begin, size_t end) const;

  Result<std::optional<Upload>> FindUpload(std::string_view id) const;
  Result<std::vector<Part>> ListParts(std::string_view upload_id) const;

 private:
  const storage::Engine& engine_;
};

void PutBucketEntry(storage::WriteBatch& batch, std::string_view name, WallTime created);
void DeleteBucketEntry(storage::WriteBatch& batch, std::string_view name);
void PutObjectEntry(storage::WriteBatch& batch, std::string_view bucket, std::string_view key,
                    const Object& object);
/// The entry and its blobs.
void DeleteObjectEntry(storage::WriteBatch& batch, std::string_view bucket, std::string_view key,
                       const Object& object);
Blob PutBlob(storage::WriteBatch& batch, Prng& prng, std::string_view bytes);
void DeleteBlob(storage::WriteBatch& batch, const Blob& blob);
void PutUpload(storage::WriteBatch& batch, std::string_view id, const Upload& upload);
void PutPart(storage::WriteBatch& batch, std::string_view upload_id, const Part& part);
/// The upload and its list of parts, not their blobs.
void DeleteUpload(storage::WriteBatch& batch, std::string_view id);

}  // namespace lifeboat::s3
