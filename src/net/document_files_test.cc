// Documents and their seal: each single damage is refused, or nothing is missing.
#include "net/document_files.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "nameserver/documents.h"
#include "net/files.h"
#include "net/temporary_folder.h"

namespace lifeboat::net {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kNames = {"zones", "health"};

std::string Document(const std::string& name, const std::string& text) {
  return nameserver::SealDocument(name, text);
}

std::unique_ptr<DocumentFiles> MustOpen(const std::string& folder) {
  auto files = DocumentFiles::Open(folder, kNames);
  EXPECT_TRUE(files.ok()) << (files.ok() ? "" : files.error().message);
  return files.ok() ? *std::move(files) : nullptr;
}

TEST(DocumentFiles, KeepsTheLastOfEach) {
  const TemporaryFolder folder;
  {
    const auto files = MustOpen(folder.path() + "/n");
    EXPECT_TRUE(files->blank());
    EXPECT_EQ(*files->Read("zones"), std::nullopt);
    ASSERT_TRUE(files->Write("zones", "1").ok());
    ASSERT_TRUE(files->Write("zones", "2").ok());
    ASSERT_TRUE(files->Write("health", "h").ok());
  }
  const auto files = MustOpen(folder.path() + "/n");
  EXPECT_FALSE(files->blank());
  EXPECT_EQ(*files->Read("zones"), "2");
  EXPECT_EQ(*files->Read("health"), "h");
}

TEST(DocumentFiles, AWriteThatWasBrokenOffLeavesTheOldOne) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/n";
  ASSERT_TRUE(MustOpen(path)->Write("zones", "1").ok());
  const auto files = MustOpen(path);
  // The temporary file of the next write can't be made.
  const std::string blocked = fmt::format("{}/zones.{}.tmp", path, getpid());
  ASSERT_TRUE(fs::create_directory(blocked));
  EXPECT_FALSE(files->Write("zones", "2").ok());
  EXPECT_EQ(*MustOpen(path)->Read("zones"), "1");
  fs::remove(blocked);
  ASSERT_TRUE(files->Write("zones", "2").ok());
  EXPECT_EQ(*MustOpen(path)->Read("zones"), "2");
}

TEST(DocumentFiles, AdoptsDocumentsWithoutASealIfTheyAreWhole) {
  const TemporaryFolder folder;
  ASSERT_TRUE(WriteFileAtomically(folder.path() + "/zones", Document("zones", "z")).ok());
  EXPECT_EQ(*MustOpen(folder.path())->Read("zones"), Document("zones", "z"));
  fs::remove(folder.path() + "/seal");
  ASSERT_TRUE(WriteFileAtomically(folder.path() + "/zones", Document("zones", "z") + "!").ok());
  const auto files = DocumentFiles::Open(folder.path(), kNames);
  ASSERT_FALSE(files.ok());
  EXPECT_EQ(files.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(files.error().message, folder.path() + "/zones: is damaged");
}

/// How many damages there are, and how the `which`-th changes a file; false when it doesn't.
constexpr int kSpoilings = 8;
bool Spoil(int which, const fs::path& file, const fs::path& older) {
  const auto size = fs::file_size(file);
  if (which < 4) {
    std::string bytes = *ReadFile(file, size);
    bytes[(size - 1) * static_cast<size_t>(which) / 3] ^= 0x40;
    return WriteFileAtomically(file, bytes).ok();
  }
  if (which == 4) fs::resize_file(file, size / 2);
  if (which == 5) fs::resize_file(file, 0);
  if (which == 6) fs::remove(file);
  if (which == 7) fs::copy_file(older, file, fs::copy_options::overwrite_existing);
  return true;
}

TEST(DocumentFiles, AnySingleDamageIsRefusedOrEverythingIsThere) {
  const TemporaryFolder folder;
  const fs::path whole = folder.path() + "/whole", older = folder.path() + "/older";
  const std::map<std::string, std::string> last = {{"zones", Document("zones", "new zones")},
                                                   {"health", Document("health", "new health")}};
  {
    const auto files = MustOpen(whole);
    ASSERT_TRUE(files->Write("zones", Document("zones", "zones")).ok());
    ASSERT_TRUE(files->Write("health", Document("health", "health")).ok());
    fs::copy(whole, older);
    for (const auto& [name, bytes] : last) ASSERT_TRUE(files->Write(name, bytes).ok());
  }
  int refused = 0;
  for (const char* name : {"zones", "health", "seal"}) {
    for (int which = 0; which < kSpoilings; ++which) {
      SCOPED_TRACE(fmt::format("{} {}", name, which));
      const fs::path copy = folder.path() + "/copy";
      fs::remove_all(copy);
      fs::copy(whole, copy);
      ASSERT_TRUE(Spoil(which, copy / name, older / name));
      const auto files = DocumentFiles::Open(copy, kNames);
      Status outcome = files.ok() ? Status() : Status(files.error());
      for (const auto& [each, bytes] : last) {
        if (!outcome) break;
        const auto read = (*files)->Read(each);
        if (read) EXPECT_EQ(*read, bytes);
        if (!read) outcome = read.error();
      }
      if (outcome) continue;
      ++refused;
      EXPECT_EQ(outcome.error().code, ErrorCode::kCorrupt);
      EXPECT_NE(outcome.error().message.find(copy.string()), std::string::npos);
    }
  }
  EXPECT_EQ(refused, 23)
      << "all but the seal's absence, without which each document speaks for itself";
}

}  // namespace
}  // namespace lifeboat::net
