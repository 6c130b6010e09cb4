#include "mail/charset.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "core/strings.h"

namespace outrider::mail {
namespace {

// Names seen in mail and what iconv must be told. The wider code page contains the narrower one.
constexpr auto kAliases = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"ansi_x3.4-1968", "windows-1252"},
    {"big5", "big5-hkscs"},
    {"cp-850", "cp850"},
    {"euc-kr", "cp949"},
    {"gb2312", "gb18030"},
    {"gb_2312-80", "gb18030"},
    {"gbk", "gb18030"},
    {"iso-8859-1", "windows-1252"},
    {"iso-8859-11", "cp874"},
    {"iso-8859-8-i", "iso-8859-8"},
    {"iso-8859-9", "windows-1254"},
    {"iso8859-1", "windows-1252"},
    {"ks_c_5601-1987", "cp949"},
    {"latin1", "windows-1252"},
    {"shift_jis", "cp932"},
    {"tis-620", "cp874"},
    {"unicode-1-1-utf-7", "utf-7"},
    {"windows-31j", "cp932"},
    {"x-sjis", "cp932"},
});

/// One iconv descriptor, kept for the next text of the same charset.
class Converter {
 public:
  Converter() = default;
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  ~Converter() { close(); }

  /// False when iconv does not know the charset.
  bool open(std::string_view charset) {
    if (is_open_ && charset == charset_) return true;
    close();
    charset_ = charset;
    descriptor_ = iconv_open("UTF-8", charset_.c_str());
    is_open_ = descriptor_ != reinterpret_cast<iconv_t>(-1);
    return is_open_;
  }

  std::string convert(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() + bytes.size() / 2);
    iconv(descriptor_, nullptr, nullptr, nullptr, nullptr);
    char* in = const_cast<char*>(bytes.data());  // iconv's old signature; it does not write there
    std::size_t left = bytes.size();
    std::array<char, 4096> buffer;
    while (left > 0) {
      char* to = buffer.data();
      std::size_t room = buffer.size();
      const auto done = iconv(descriptor_, &in, &left, &to, &room);
      const int error = errno;
      out.append(buffer.data(), static_cast<std::size_t>(to - buffer.data()));
      if (done != static_cast<std::size_t>(-1) || error == E2BIG) continue;
      out += "\xEF\xBF\xBD";
      ++in;
      --left;
    }
    return out;
  }

 private:
  void close() {
    if (is_open_) iconv_close(descriptor_);
    is_open_ = false;
  }

  std::string charset_;
  iconv_t descriptor_ = {};
  bool is_open_ = false;
};

std::string iconv_name(std::string_view charset) {
  std::string name = to_lower(trim(charset));
  const auto alias =
      std::ranges::find(kAliases, std::string_view(name), &decltype(kAliases)::value_type::first);
  return alias == kAliases.end() ? name : std::string(alias->second);
}

bool is_name(std::string_view name) {
  // "/" would start iconv's own options, such as //TRANSLIT.
  return !name.empty() && name.size() <= 40 &&
         std::ranges::all_of(name, [](char c) { return c > ' ' && c < '\x7f' && c != '/'; });
}

}  // namespace

std::string to_utf8(std::string_view bytes, std::string_view charset) {
  std::string name = iconv_name(charset);
  const bool plain = name == "us-ascii" || name == "ascii" || name == "utf-8" || name == "utf8";
  if (plain || !is_name(name)) {
    if (is_valid_utf8(bytes) || name.starts_with("utf")) return to_valid_utf8(bytes);
    name = "windows-1252";
  }
  thread_local Converter converter;
  if (converter.open(name)) return to_valid_utf8(converter.convert(bytes));
  if (is_valid_utf8(bytes) || !converter.open("windows-1252")) return to_valid_utf8(bytes);
  return to_valid_utf8(converter.convert(bytes));
}

}  // namespace outrider::mail
