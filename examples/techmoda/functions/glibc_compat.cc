// The static unwinder of GCC 12 asks glibc 2.35's _dl_find_object where an address's unwind tables
// are. Amazon Linux 2023 has glibc 2.34, so we answer that question ourselves, with the older
// dl_iterate_phdr. The contract is that of <dlfcn.h>: 0 when found, -1 when not.
#include <dlfcn.h>
#include <link.h>

#include <cstdint>

namespace {

struct Search {
  uintptr_t address;
  dl_find_object* result;
};

int Visit(dl_phdr_info* info, size_t, void* data) {
  auto& search = *static_cast<Search*>(data);
  bool inside = false;
  uintptr_t start = UINTPTR_MAX, end = 0;
  void* eh_frame = nullptr;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info->dlpi_phdr[i];
    const uintptr_t from = info->dlpi_addr + header.p_vaddr;
    if (header.p_type == PT_GNU_EH_FRAME) eh_frame = reinterpret_cast<void*>(from);
    if (header.p_type != PT_LOAD) continue;
    const uintptr_t to = from + header.p_memsz;
    inside = inside || (search.address >= from && search.address < to);
    start = from < start ? from : start;
    end = to > end ? to : end;
  }
  if (!inside || !eh_frame) return 0;
  search.result->dlfo_flags = 0;
  search.result->dlfo_map_start = reinterpret_cast<void*>(start);
  search.result->dlfo_map_end = reinterpret_cast<void*>(end);
  search.result->dlfo_link_map = nullptr;
  search.result->dlfo_eh_frame = eh_frame;
  return 1;
}

}  // namespace

extern "C" int _dl_find_object(void* address, dl_find_object* result) noexcept {
  Search search{reinterpret_cast<uintptr_t>(address), result};
  return dl_iterate_phdr(Visit, &search) == 1 ? 0 : -1;
}
