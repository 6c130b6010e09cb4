#include "net/dns_message.h"

#include <ares.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <tuple>

namespace outrider::net {
namespace {

constexpr std::size_t kHeaderBytes = 12;
constexpr std::uint16_t kTypePtr = 12;
constexpr std::uint16_t kTypeMx = 15;
constexpr std::uint16_t kTypeTxt = 16;
constexpr std::uint16_t kClassInternet = 1;

struct Record {
  std::uint16_t type = 0;
  std::uint32_t ttl_s = 0;
  std::size_t data_at = 0;
  std::size_t data_bytes = 0;
};

class Message {
 public:
  explicit Message(std::string_view bytes) : bytes_(bytes) {}

  std::size_t at() const { return at_; }
  void seek(std::size_t at) { at_ = at; }

  std::optional<std::uint16_t> uint16() {
    if (at_ + 2 > bytes_.size()) return std::nullopt;
    const auto value = static_cast<std::uint16_t>(octet(at_) << 8 | octet(at_ + 1));
    at_ += 2;
    return value;
  }

  std::optional<std::uint32_t> uint32() {
    const auto high = uint16();
    const auto low = uint16();
    if (!high || !low) return std::nullopt;
    return std::uint32_t{*high} << 16 | *low;
  }

  std::optional<std::string> name() {
    if (at_ >= bytes_.size()) return std::nullopt;
    const auto* start = reinterpret_cast<const unsigned char*>(bytes_.data());
    char* text = nullptr;
    long encoded_bytes = 0;
    const auto length = static_cast<int>(bytes_.size());
    if (ares_expand_name(start + at_, start, length, &text, &encoded_bytes) != ARES_SUCCESS)
      return std::nullopt;
    const std::unique_ptr<char, decltype(&ares_free_string)> owner(text,
                                                                   [](void* p) { ares_free_string(p); });
    at_ += static_cast<std::size_t>(encoded_bytes);
    return std::string(text);
  }

  bool skip(std::size_t count) {
    if (count > bytes_.size() - at_) return false;
    at_ += count;
    return true;
  }

  std::string_view slice(std::size_t at, std::size_t count) const { return bytes_.substr(at, count); }
  int octet(std::size_t at) const { return static_cast<unsigned char>(bytes_[at]); }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

std::unexpected<Error> malformed() {
  return fail(Code::Malformed, "the DNS answer is cut short");
}

Result<Record> read_record(Message& message) {
  if (!message.name()) return malformed();
  const auto type = message.uint16();
  const auto record_class = message.uint16();
  const auto ttl_s = message.uint32();
  const auto data_bytes = message.uint16();
  if (!type || !record_class || !ttl_s || !data_bytes) return malformed();
  const std::size_t data_at = message.at();
  if (!message.skip(*data_bytes)) return malformed();
  return Record{.type = *record_class == kClassInternet ? *type : std::uint16_t{0},
                .ttl_s = *ttl_s,
                .data_at = data_at,
                .data_bytes = *data_bytes};
}

Result<std::vector<Record>> read_answers(Message& message) {
  if (!message.skip(4)) return malformed();
  const auto questions = message.uint16();
  const auto answers = message.uint16();
  if (!questions || !answers || !message.skip(kHeaderBytes - 8)) return malformed();
  for (int i = 0; i < *questions; ++i)
    if (!message.name() || !message.skip(4)) return malformed();

  std::vector<Record> records;
  for (int i = 0; i < *answers; ++i) {
    TRY_AS(const auto record, read_record(message));
    records.push_back(record);
  }
  return records;
}

/// Calls `read` for each record of the type; CNAME records on the way only lower the TTL.
template <class T, class Read>
Result<DnsAnswer<T>> parse(std::string_view bytes, std::uint16_t type, Read read) {
  Message message(bytes);
  TRY_AS(const auto records, read_answers(message));
  DnsAnswer<T> answer{.records = {}, .ttl_s = std::numeric_limits<std::uint32_t>::max()};
  for (const auto& record : records) {
    answer.ttl_s = std::min(answer.ttl_s, record.ttl_s);
    if (record.type != type) continue;
    message.seek(record.data_at);
    std::optional<T> value = read(message, record);
    if (!value) return malformed();
    answer.records.push_back(*std::move(value));
  }
  if (records.empty()) answer.ttl_s = 0;
  return answer;
}

std::optional<MxRecord> read_mx(Message& message, const Record& /*record*/) {
  const auto preference = message.uint16();
  if (!preference) return std::nullopt;
  auto host = message.name();
  if (!host) return std::nullopt;
  return MxRecord{.host = *std::move(host), .preference = *preference};
}

std::optional<std::string> read_txt(Message& message, const Record& record) {
  std::string text;
  const std::size_t end = record.data_at + record.data_bytes;
  for (std::size_t at = record.data_at; at < end;) {
    const auto length = static_cast<std::size_t>(message.octet(at));
    if (at + 1 + length > end) return std::nullopt;
    text += message.slice(at + 1, length);
    at += 1 + length;
  }
  return text;
}

std::optional<std::string> read_name(Message& message, const Record& /*record*/) {
  return message.name();
}

}  // namespace

Result<DnsAnswer<MxRecord>> parse_mx(std::string_view message) {
  TRY_AS(auto answer, parse<MxRecord>(message, kTypeMx, read_mx));
  std::ranges::sort(answer.records, {}, [](const MxRecord& mx) { return std::tie(mx.preference, mx.host); });
  return answer;
}

Result<DnsAnswer<std::string>> parse_txt(std::string_view message) {
  return parse<std::string>(message, kTypeTxt, read_txt);
}

Result<DnsAnswer<std::string>> parse_ptr(std::string_view message) {
  return parse<std::string>(message, kTypePtr, read_name);
}

}  // namespace outrider::net
