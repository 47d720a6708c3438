#include "s3/store.h"

#include "base/bytes.h"
#include "base/ids.h"
#include "s3/service.h"

namespace lifeboat::s3 {
namespace {

using storage::Space;

constexpr std::string_view kBucketPrefix = "s3/bucket/";
constexpr size_t kBlobIdChars = 24;

std::string BucketKey(std::string_view name) {
  return std::string(kBucketPrefix) + std::string(name);
}
std::string ObjectPrefix(std::string_view bucket) {
  return "s3/object/" + std::string(bucket) + '\0';
}
std::string UploadKey(std::string_view id) { return "s3/upload/" + std::string(id); }
std::string PartPrefix(std::string_view id) { return "s3/part/" + std::string(id) + "/"; }
std::string BlobPrefix(std::string_view id) { return "s3/blob/" + std::string(id) + "/"; }

json::Value ToJson(const Blob& blob) { return json::Object{{"id", blob.id}, {"size", blob.size}}; }
Blob BlobFromJson(const json::Value& value) {
  const json::Value* size = value.Find("size");
  return {value.GetString("id"), size ? static_cast<size_t>(size->as_int()) : 0};
}

json::Value ToJson(const Object& object) {
  json::Array blobs;
  for (const Blob& blob : object.blobs) blobs.push_back(ToJson(blob));
  return json::Object{{"size", object.size},
                      {"etag", object.etag},
                      {"modified_ms", object.modified.millis()},
                      {"headers", object.headers},
                      {"blobs", std::move(blobs)}};
}

Result<Object> ObjectFromJson(std::string_view bytes) {
  const auto value = json::Parse(bytes);
  if (!value.ok() || !value->is_object()) {
    return Error{ErrorCode::kCorrupt, "a stored S3 object is not what was written"};
  }
  Object object;
  if (const json::Value* size = value->Find("size")) object.size = size->as_int();
  if (const json::Value* at = value->Find("modified_ms")) {
    object.modified = WallTime::FromMillis(at->as_int());
  }
  object.etag = value->GetString("etag");
  if (const json::Value* headers = value->Find("headers")) object.headers = headers->as_object();
  if (const json::Value* blobs = value->Find("blobs")) {
    for (const json::Value& blob : blobs->as_array()) object.blobs.push_back(BlobFromJson(blob));
  }
  return object;
}

Result<std::optional<json::Value>> ReadJson(const storage::Engine& engine, const std::string& key) {
  auto bytes = engine.Get(Space::kMeta, key);
  if (!bytes.ok()) return bytes.error();
  if (!*bytes) return std::optional<json::Value>();
  auto value = json::Parse(**bytes);
  if (!value.ok()) return Error{ErrorCode::kCorrupt, "stored S3 document " + key};
  return std::optional(std::move(*value));
}

std::string ChunkKey(std::string_view blob_id, uint32_t index) {
  std::string key = BlobPrefix(blob_id);
  AppendU32(key, index);
  return key;
}

/// A range of an object, a chunk at a time.
class BlobPieces : public http::BodyPieces {
 public:
  BlobPieces(const storage::Engine& engine, std::vector<Blob> blobs, size_t begin, size_t end)
      : engine_(engine), blobs_(std::move(blobs)), size_(end - begin), skip_(begin), left_(size_) {}

  uint64_t size() const override { return size_; }

  std::optional<std::string> Next() override {
    if (left_ == 0) return std::string();
    // Blobs, and chunks of a blob, that lie before what is wanted.
    while (blob_ < blobs_.size() && skip_ >= blobs_[blob_].size) skip_ -= blobs_[blob_++].size;
    if (blob_ == blobs_.size()) return std::nullopt;
    const size_t offset = skip_ % kChunkBytes;
    const auto index = static_cast<uint32_t>(skip_ / kChunkBytes);
    auto chunk = engine_.Get(Space::kMeta, ChunkKey(blobs_[blob_].id, index));
    if (!chunk.ok() || !*chunk || (*chunk)->size() <= offset) return std::nullopt;
    std::string piece = (*chunk)->substr(offset, left_);
    skip_ += piece.size();
    left_ -= piece.size();
    return piece;
  }

 private:
  const storage::Engine& engine_;
  const std::vector<Blob> blobs_;
  const size_t size_;
  size_t blob_ = 0;  ///< The present one,
  size_t skip_;      ///< and how much of it is behind us.
  size_t left_;
};

}  // namespace

Result<std::optional<WallTime>> Store::FindBucket(std::string_view name) const {
  auto document = ReadJson(engine_, BucketKey(name));
  if (!document.ok()) return document.error();
  if (!*document) return std::optional<WallTime>();
  const json::Value* created = (*document)->Find("created_ms");
  return std::optional(WallTime::FromMillis(created ? created->as_int() : 0));
}

Result<std::vector<Store::NamedBucket>> Store::ListBuckets() const {
  std::vector<NamedBucket> buckets;
  const auto it =
      engine_.NewIterator(Space::kMeta, kBucketPrefix, storage::PrefixEnd(kBucketPrefix));
  for (it->Seek(kBucketPrefix); it->Valid(); it->Next()) {
    const auto document = json::Parse(it->value());
    const json::Value* created = document.ok() ? document->Find("created_ms") : nullptr;
    buckets.push_back({std::string(it->key().substr(kBucketPrefix.size())),
                       WallTime::FromMillis(created ? created->as_int() : 0)});
  }
  if (Status status = it->status(); !status.ok()) return status.error();
  return buckets;
}

Result<std::optional<Object>> Store::FindObject(std::string_view bucket,
                                                std::string_view key) const {
  auto bytes = engine_.Get(Space::kMeta, ObjectPrefix(bucket) + std::string(key));
  if (!bytes.ok()) return bytes.error();
  if (!*bytes) return std::optional<Object>();
  auto object = ObjectFromJson(**bytes);
  if (!object.ok()) return object.error();
  return std::optional(std::move(*object));
}

Status Store::VisitObjects(
    std::string_view bucket, std::string_view from,
    const std::function<bool(const std::string& key, const Object&)>& visit) const {
  const std::string prefix = ObjectPrefix(bucket);
  const auto it = engine_.NewIterator(Space::kMeta, prefix, storage::PrefixEnd(prefix));
  for (it->Seek(prefix + std::string(from)); it->Valid(); it->Next()) {
    auto object = ObjectFromJson(it->value());
    if (!object.ok()) return object.error();
    if (!visit(std::string(it->key().substr(prefix.size())), *object)) return {};
  }
  return it->status();
}

Result<std::string> Store::ReadBlobs(const std::vector<Blob>& blobs) const {
  std::string out;
  for (const Blob& blob : blobs) {
    const std::string prefix = BlobPrefix(blob.id);
    const size_t before = out.size();
    const auto it = engine_.NewIterator(Space::kMeta, prefix, storage::PrefixEnd(prefix));
    for (it->Seek(prefix); it->Valid(); it->Next()) out += it->value();
    if (Status status = it->status(); !status.ok()) return status.error();
    if (out.size() - before != blob.size) {
      return Error{ErrorCode::kCorrupt, "an S3 object's bytes are not all there"};
    }
  }
  return out;
}

std::shared_ptr<http::BodyPieces> Store::Pieces(std::vector<Blob> blobs, size_t begin,
                                                size_t end) const {
  return std::make_shared<BlobPieces>(engine_, std::move(blobs), begin, end);
}

Result<std::optional<Upload>> Store::FindUpload(std::string_view id) const {
  auto document = ReadJson(engine_, UploadKey(id));
  if (!document.ok()) return document.error();
  if (!*document) return std::optional<Upload>();
  Upload upload{(*document)->GetString("bucket"), (*document)->GetString("key"), {}};
  if (const json::Value* headers = (*document)->Find("headers")) {
    upload.headers = headers->as_object();
  }
  return std::optional(std::move(upload));
}

Result<std::vector<Part>> Store::ListParts(std::string_view upload_id) const {
  std::vector<Part> parts;
  const std::string prefix = PartPrefix(upload_id);
  const auto it = engine_.NewIterator(Space::kMeta, prefix, storage::PrefixEnd(prefix));
  for (it->Seek(prefix); it->Valid(); it->Next()) {
    ByteReader number(it->key().substr(prefix.size()));
    const auto document = json::Parse(it->value());
    const json::Value* blob = document.ok() ? document->Find("blob") : nullptr;
    if (!blob) return Error{ErrorCode::kCorrupt, "a stored S3 part is not what was written"};
    parts.push_back({number.U16(), document->GetString("etag"), BlobFromJson(*blob)});
  }
  if (Status status = it->status(); !status.ok()) return status.error();
  return parts;
}

void PutBucketEntry(storage::WriteBatch& batch, std::string_view name, WallTime created) {
  batch.Put(Space::kMeta, BucketKey(name),
            json::Write(json::Object{{"created_ms", created.millis()}}));
}

void DeleteBucketEntry(storage::WriteBatch& batch, std::string_view name) {
  batch.Delete(Space::kMeta, BucketKey(name));
}

void PutObjectEntry(storage::WriteBatch& batch, std::string_view bucket, std::string_view key,
                    const Object& object) {
  batch.Put(Space::kMeta, ObjectPrefix(bucket) + std::string(key), json::Write(ToJson(object)));
}

void DeleteObjectEntry(storage::WriteBatch& batch, std::string_view bucket, std::string_view key,
                       const Object& object) {
  batch.Delete(Space::kMeta, ObjectPrefix(bucket) + std::string(key));
  for (const Blob& blob : object.blobs) DeleteBlob(batch, blob);
}

Blob PutBlob(storage::WriteBatch& batch, Prng& prng, std::string_view bytes) {
  const Blob blob{NewId(prng, kBlobIdChars, kLowerAlnum), bytes.size()};
  for (uint32_t index = 0; index * kChunkBytes < bytes.size(); ++index) {
    batch.Put(Space::kMeta, ChunkKey(blob.id, index),
              std::string(bytes.substr(index * kChunkBytes, kChunkBytes)));
  }
  return blob;
}

void DeleteBlob(storage::WriteBatch& batch, const Blob& blob) {
  const std::string prefix = BlobPrefix(blob.id);
  batch.DeleteRange(Space::kMeta, prefix, storage::PrefixEnd(prefix));
}

void PutUpload(storage::WriteBatch& batch, std::string_view id, const Upload& upload) {
  batch.Put(Space::kMeta, UploadKey(id),
            json::Write(json::Object{
                {"bucket", upload.bucket}, {"key", upload.key}, {"headers", upload.headers}}));
}

void PutPart(storage::WriteBatch& batch, std::string_view upload_id, const Part& part) {
  std::string key = PartPrefix(upload_id);
  AppendU16(key, part.number);
  batch.Put(Space::kMeta, std::move(key),
            json::Write(json::Object{{"etag", part.etag}, {"blob", ToJson(part.blob)}}));
}

void DeleteUpload(storage::WriteBatch& batch, std::string_view id) {
  batch.Delete(Space::kMeta, UploadKey(id));
  const std::string prefix = PartPrefix(id);
  batch.DeleteRange(Space::kMeta, prefix, storage::PrefixEnd(prefix));
}

}  // namespace lifeboat::s3
