#include "dns/message.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"
#include "dns/address.h"
#include "dns/rdata.h"

namespace lifeboat::dns {
namespace {

/// A CNAME chain longer than this is a loop or hostile.
constexpr int kMaxChain = 16;
constexpr uint32_t kDnssecOkBit = 0x8000;

/// Name, type, class, and for records TTL and rdata.
Result<Question> ReadQuestion(std::string_view bytes, size_t& offset) {
  Result<Name> name = Name::Read(bytes, offset);
  if (!name.ok()) return name.error();
  if (offset + 4 > bytes.size()) return InvalidError("a question is cut off");
  ByteReader reader(bytes.substr(offset));
  Question question{.name = std::move(name).value()};
  question.type = static_cast<Type>(reader.U16());
  question.klass = static_cast<Class>(reader.U16());
  offset += 4;
  return question;
}

Result<Record> ReadRecord(std::string_view bytes, size_t& offset) {
  Result<Question> head = ReadQuestion(bytes, offset);
  if (!head.ok()) return head.error();
  if (offset + 6 > bytes.size()) return InvalidError("a record is cut off");
  ByteReader reader(bytes.substr(offset));
  const uint32_t ttl = reader.U32();
  const size_t length = reader.U16();
  offset += 6;
  Result<std::string> rdata = ReadRdata(head->type, bytes, offset, length);
  if (!rdata.ok()) return rdata.error();
  offset += length;
  return Record{head->name, head->type, head->klass, ttl, std::move(rdata).value()};
}

/// Reads `count` records; an OPT record goes to message.edns instead.
Status ReadSection(std::string_view bytes, size_t& offset, int count, Message& message,
                   std::vector<Record>& section) {
  for (int i = 0; i < count; ++i) {
    Result<Record> record = ReadRecord(bytes, offset);
    if (!record.ok()) return record.error();
    if (record->type != Type::kOpt) {
      section.push_back(std::move(record).value());
      continue;
    }
    if (message.edns || &section != &message.additional || !record->name.is_root())
      return InvalidError("an OPT record stands where none may be");
    message.edns = Edns{static_cast<uint16_t>(record->klass),
                        static_cast<uint8_t>(record->ttl >> 16), (record->ttl & kDnssecOkBit) != 0};
    const uint32_t upper = record->ttl >> 24;
    message.rcode = static_cast<Rcode>(upper << 4 | static_cast<uint32_t>(message.rcode));
  }
  return {};
}

void ReadFlags(uint16_t flags, Message& message) {
  message.is_response = (flags & 0x8000) != 0;
  message.opcode = flags >> 11 & 0xf;
  message.authoritative = (flags & 0x0400) != 0;
  message.truncated = (flags & 0x0200) != 0;
  message.recursion_desired = (flags & 0x0100) != 0;
  message.recursion_available = (flags & 0x0080) != 0;
  message.rcode = static_cast<Rcode>(flags & 0xf);
}

uint16_t FlagsOf(const Message& message) {
  return static_cast<uint16_t>(
      (message.is_response ? 0x8000 : 0) | (message.opcode & 0xf) << 11 |
      (message.authoritative ? 0x0400 : 0) | (message.truncated ? 0x0200 : 0) |
      (message.recursion_desired ? 0x0100 : 0) | (message.recursion_available ? 0x0080 : 0) |
      (static_cast<int>(message.rcode) & 0xf));
}

void AppendQuestion(std::string& out, const Question& question) {
  out += question.name.wire();
  AppendU16(out, static_cast<uint16_t>(question.type));
  AppendU16(out, static_cast<uint16_t>(question.klass));
}

void AppendRecord(std::string& out, const Record& record) {
  AppendQuestion(out, {record.name, record.type, record.klass});
  AppendU32(out, record.ttl);
  AppendU16(out, static_cast<uint16_t>(record.rdata.size()));
  out += record.rdata;
}

}  // namespace

Result<Message> ParseMessage(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes) return InvalidError("a message is shorter than its header");
  Message message;
  ByteReader header(bytes);
  message.id = header.U16();
  ReadFlags(header.U16(), message);
  const int questions = header.U16();
  const int counts[3] = {header.U16(), header.U16(), header.U16()};
  size_t offset = kHeaderBytes;
  for (int i = 0; i < questions; ++i) {
    Result<Question> question = ReadQuestion(bytes, offset);
    if (!question.ok()) return question.error();
    message.questions.push_back(std::move(question).value());
  }
  std::vector<Record>* const sections[3] = {&message.answers, &message.authority,
                                            &message.additional};
  for (int i = 0; i < 3; ++i) {
    if (Status status = ReadSection(bytes, offset, counts[i], message, *sections[i]); !status.ok())
      return status.error();
  }
  if (offset != bytes.size()) return InvalidError("a message has bytes left over");
  return message;
}

std::string WriteMessage(const Message& message) {
  std::string out;
  AppendU16(out, message.id);
  AppendU16(out, FlagsOf(message));
  AppendU16(out, static_cast<uint16_t>(message.questions.size()));
  AppendU16(out, static_cast<uint16_t>(message.answers.size()));
  AppendU16(out, static_cast<uint16_t>(message.authority.size()));
  AppendU16(out, static_cast<uint16_t>(message.additional.size() + (message.edns ? 1 : 0)));
  for (const Question& question : message.questions) AppendQuestion(out, question);
  for (const auto* section : {&message.answers, &message.authority, &message.additional}) {
    for (const Record& record : *section) AppendRecord(out, record);
  }
  if (message.edns) {
    const uint32_t upper = static_cast<uint32_t>(message.rcode) >> 4;
    AppendRecord(out, {Name(), Type::kOpt, static_cast<Class>(message.edns->udp_bytes),
                       upper << 24 | static_cast<uint32_t>(message.edns->version) << 16 |
                           (message.edns->dnssec_ok ? kDnssecOkBit : 0)});
  }
  return out;
}

std::string MakeQuery(uint16_t id, const Name& name, Type type, const QueryOptions& options) {
  Message message;
  message.id = id;
  message.recursion_desired = options.recursion_desired;
  message.questions.push_back({name, type, Class::kIn});
  message.edns = options.edns;
  return WriteMessage(message);
}

std::vector<std::string> Answer::Addresses() const {
  std::vector<std::string> addresses;
  for (const Record& record : records) {
    if (record.type == Type::kA && record.rdata.size() == 4)
      addresses.push_back(Ipv4ToText(record.rdata));
    if (record.type == Type::kAaaa && record.rdata.size() == 16)
      addresses.push_back(Ipv6ToText(record.rdata));
  }
  return addresses;
}

Result<Answer> ParseAnswer(std::string_view bytes, uint16_t id, const Name& name, Type type) {
  Result<Message> message = ParseMessage(bytes);
  if (!message.ok()) return message.error();
  const std::vector<Question> asked = {{name, type, Class::kIn}};
  if (!message->is_response || message->id != id || message->questions != asked)
    return InvalidError("this answers another question");

  Answer answer{message->rcode, message->authoritative, message->truncated};
  Name at = name;
  uint32_t ttl = UINT32_MAX;
  for (int steps = 0; steps < kMaxChain && answer.records.empty(); ++steps) {
    const Record* alias = nullptr;
    for (const Record& record : message->answers) {
      if (record.klass != Class::kIn || record.name != at) continue;
      if (record.type == type) answer.records.push_back(record);
      if (record.type == Type::kCname) alias = &record;
      if (record.type == type || record.type == Type::kCname) ttl = std::min(ttl, record.ttl);
    }
    if (!answer.records.empty() || alias == nullptr) break;
    Result<Name> target = Name::FromWire(alias->rdata);
    if (!target.ok()) return target.error();
    at = std::move(target).value();
  }
  if (answer.records.empty()) {
    uint32_t negative = 0;
    for (const Record& record : message->authority) {
      if (record.type == Type::kSoa) negative = std::min(record.ttl, SoaMinimum(record.rdata));
    }
    ttl = std::min(ttl, negative);
  }
  answer.ttl = ttl;
  return answer;
}

}  // namespace lifeboat::dns
