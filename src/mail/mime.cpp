#include "mail/mime.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>

#include "core/strings.h"
#include "mail/charset.h"

namespace outrider::mail {
namespace {

template <class T>
struct Unref {
  void operator()(T* object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref<T>>;

struct FreeText {
  void operator()(char* text) const { g_free(text); }
};
using OwnedText = std::unique_ptr<char, FreeText>;

/// Options shared by all threads: read only once they are made.
GMimeParserOptions* options() {
  static GMimeParserOptions* const kMade = [] {
    g_mime_init();
    GMimeParserOptions* fresh = g_mime_parser_options_new();
    std::array<const char*, 3> charsets = {"utf-8", "windows-1252", nullptr};
    g_mime_parser_options_set_fallback_charsets(fresh, charsets.data());
    return fresh;
  }();
  return kMade;
}

std::string text_or_empty(const char* text) {
  return text == nullptr ? std::string() : std::string(text);
}

/// Valid UTF-8 on one line, without control characters.
std::string one_line(std::string_view text) {
  std::string line = to_valid_utf8(text);
  std::ranges::replace_if(line, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }, ' ');
  return std::string(trim(line));
}

/// Each nested part needs a Content-Type field (a digest every second one), and GMime recurses into them:
/// what lies behind kMimePartsMax such lines is cut off before it is parsed.
std::string_view within_part_limit(std::string_view raw) {
  std::size_t seen = 0;
  for (std::size_t at = 0; at < raw.size();) {
    const auto line = raw.substr(at, 13);
    const bool starts_with_c = !line.empty() && (line.front() == 'C' || line.front() == 'c');
    if (starts_with_c && starts_with_ignoring_case(line, "content-type") && ++seen > kMimePartsMax)
      return raw.substr(0, at);
    const auto end = raw.find('\n', at);
    if (end == std::string_view::npos) break;
    at = end + 1;
  }
  return raw;
}

std::string decoded_content(GMimePart* part, std::size_t bytes_max, bool& is_cut) {
  GMimeDataWrapper* content = g_mime_part_get_content(part);
  if (content == nullptr) return {};
  const Owned<GMimeStream> memory(g_mime_stream_mem_new());
  g_mime_data_wrapper_write_to_stream(content, memory.get());
  const GByteArray* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory.get()));
  if (bytes == nullptr) return {};
  is_cut = is_cut || bytes->len > bytes_max;
  return {reinterpret_cast<const char*>(bytes->data), std::min<std::size_t>(bytes->len, bytes_max)};
}

std::string with_lf(std::string text) {
  if (text.find('\r') == std::string::npos) return text;
  std::size_t to = 0;
  for (std::size_t from = 0; from < text.size(); ++from) {
    if (text[from] == '\r' && from + 1 < text.size() && text[from + 1] == '\n') continue;
    text[to++] = text[from] == '\r' ? '\n' : text[from];
  }
  text.resize(to);
  return text;
}

std::string content_type_of(GMimeContentType* type) {
  if (type == nullptr) return "text/plain";
  const OwnedText text(g_mime_content_type_get_mime_type(type));
  return one_line(to_lower(text_or_empty(text.get())));
}

/// The charset an HTML document names itself, for parts that do not say.
std::string html_charset(std::string_view html) {
  constexpr std::size_t kLookAtBytes = 1024;
  const auto head = html.substr(0, kLookAtBytes);
  auto at = find_ignoring_case(head, "charset=");
  if (at == std::string_view::npos) return {};
  at = head.find_first_not_of("\"' ", at + 8);
  if (at == std::string_view::npos) return {};
  const auto end = head.find_first_of("\"'>;/ ", at);
  return std::string(head.substr(at, end == std::string_view::npos ? end : end - at));
}

std::size_t decoded_size(GMimePart* part) {
  GMimeDataWrapper* content = g_mime_part_get_content(part);
  GMimeStream* stream = content == nullptr ? nullptr : g_mime_data_wrapper_get_stream(content);
  const gint64 length = stream == nullptr ? 0 : g_mime_stream_length(stream);
  if (length <= 0) return 0;
  const auto bytes = static_cast<std::size_t>(length);
  // Lines of 76 characters and CRLF carry 57 bytes.
  return g_mime_data_wrapper_get_encoding(content) == GMIME_CONTENT_ENCODING_BASE64 ? bytes * 57 / 78 : bytes;
}

/// Walks the parts in order and fills the message.
class PartReader {
 public:
  /// `files` takes the content of what becomes an attachment; without it that is not decoded.
  explicit PartReader(ParsedMessage& message, std::vector<Attachment>* files = nullptr)
      : message_(message), files_(files) {}

  void read(GMimeObject* object, const std::string& path, int depth) {
    if (++parts_ > kMimePartsMax || depth > kMimeDepthMax) {
      message_.is_cut = true;
      return;
    }
    if (GMIME_IS_MULTIPART(object)) {
      read_multipart(GMIME_MULTIPART(object), path, depth);
    } else if (GMIME_IS_MESSAGE_PART(object)) {
      read_embedded(GMIME_MESSAGE_PART(object), path);
    } else if (GMIME_IS_PART(object)) {
      read_leaf(GMIME_PART(object), path.empty() ? "1" : path);
    }
  }

 private:
  void read_multipart(GMimeMultipart* multipart, const std::string& path, int depth) {
    const int count = g_mime_multipart_get_count(multipart);
    for (int i = 0; i < count; ++i) {
      const std::string number = std::to_string(i + 1);
      read(g_mime_multipart_get_part(multipart, i), path.empty() ? number : path + '.' + number, depth + 1);
    }
  }

  /// A message in a message: its headers matter for a bounce, else it is an attachment.
  void read_embedded(GMimeMessagePart* part, const std::string& path) {
    GMimeMessage* inner = g_mime_message_part_get_message(part);
    if (inner != nullptr && message_.report.returned_headers.empty()) {
      const OwnedText block(g_mime_object_get_headers(GMIME_OBJECT(inner), nullptr));
      message_.report.returned_headers = parse_header_block(text_or_empty(block.get())).fields;
    }
    AttachmentInfo info{.content_type = "message/rfc822", .part_path = path.empty() ? "1" : path};
    // The subject names it; slashes in it are no path.
    if (inner != nullptr) info.name = one_line(text_or_empty(g_mime_message_get_subject(inner)));
    std::ranges::replace_if(info.name, [](char c) { return c == '/' || c == '\\'; }, '-');
    // Base64 of a message/rfc822 is forbidden (RFC 2046 section 5.2.1), so it travels as a file.
    if (files_ != nullptr && inner != nullptr) {
      const OwnedText text(g_mime_object_to_string(GMIME_OBJECT(inner), nullptr));
      files_->push_back({.name = (info.name.empty() ? "message" : info.name) + ".eml",
                         .content_type = "application/octet-stream",
                         .bytes = text_or_empty(text.get())});
    }
    message_.attachments.push_back(std::move(info));
  }

  void read_leaf(GMimePart* part, const std::string& path) {
    const std::string type = content_type_of(g_mime_object_get_content_type(GMIME_OBJECT(part)));
    if (type == "message/delivery-status" || type == "message/feedback-report" ||
        type == "message/disposition-notification" || type == "message/global-delivery-status" ||
        type == "message/global-disposition-notification") {
      if (message_.report.fields.empty())
        message_.report.fields =
            to_valid_utf8(with_lf(decoded_content(part, kReportBytesMax, message_.is_cut)));
      return;
    }
    if (type == "text/rfc822-headers" || type == "message/rfc822-headers" ||
        type == "message/global-headers") {
      const auto block = decoded_content(part, kReportBytesMax, message_.is_cut);
      if (message_.report.returned_headers.empty())
        message_.report.returned_headers = parse_header_block(block).fields;
      return;
    }
    const char* disposition = g_mime_object_get_disposition(GMIME_OBJECT(part));
    const bool attached = disposition != nullptr && equal_ignoring_case(disposition, "attachment");
    const bool plain = type == "text/plain" || type == "text";
    if (!attached && (plain || type == "text/html")) return read_text(part, plain);
    add_attachment(part, path, type, disposition);
  }

  void read_text(GMimePart* part, bool plain) {
    std::string& into = plain ? message_.text : message_.html;
    const std::size_t room = kTextBytesMax - std::min(kTextBytesMax, into.size());
    if (room == 0) {
      message_.is_cut = true;
      return;
    }
    const auto bytes = decoded_content(part, room, message_.is_cut);
    std::string charset =
        text_or_empty(g_mime_object_get_content_type_parameter(GMIME_OBJECT(part), "charset"));
    if (charset.empty() && !plain) charset = html_charset(bytes);
    std::string text = with_lf(to_utf8(bytes, charset));
    if (text.size() > room) {
      // A legacy charset grows in UTF-8.
      text = to_valid_utf8(std::string_view(text).substr(0, room));
      message_.is_cut = true;
    }
    if (!into.empty() && !text.empty()) into += '\n';
    into += text;
  }

  void add_attachment(GMimePart* part,
                      const std::string& path,
                      const std::string& type,
                      const char* disposition) {
    AttachmentInfo info{.content_type = type, .part_path = path};
    const std::string name = one_line(text_or_empty(g_mime_part_get_filename(part)));
    const auto slash = name.find_last_of("/\\");
    info.name = slash == std::string::npos ? name : name.substr(slash + 1);
    const auto ids = parse_message_ids(text_or_empty(g_mime_part_get_content_id(part)));
    if (!ids.empty()) info.content_id = ids.front();
    info.size_bytes = decoded_size(part);
    info.is_inline = disposition != nullptr && equal_ignoring_case(disposition, "inline");
    if (files_ != nullptr)
      files_->push_back({.name = info.name,
                         .content_type = info.content_type,
                         .bytes = decoded_content(part, kMessageBytesMax, message_.is_cut)});
    message_.attachments.push_back(std::move(info));
  }

  ParsedMessage& message_;
  std::vector<Attachment>* files_;
  std::size_t parts_ = 0;
};

std::vector<Address> addresses_of(const ParsedMessage& message, std::string_view name) {
  std::vector<Address> all;
  for (const auto& field : message.headers) {
    if (!equal_ignoring_case(field.name, name)) continue;
    auto found = parse_addresses(field.value);
    for (auto& address : found) {
      if (all.size() == kAddressesMax) return all;
      address.name = decode_header(address.name);
      address.email = to_valid_utf8(address.email);
      all.push_back(std::move(address));
    }
  }
  return all;
}

std::optional<TimeMs> parse_date(std::string_view value) {
  if (value.empty()) return std::nullopt;
  GDateTime* date = g_mime_utils_header_decode_date(std::string(value).c_str());
  if (date == nullptr) return std::nullopt;
  const TimeMs at_ms = g_date_time_to_unix(date) * kSecondMs;
  g_date_time_unref(date);
  return at_ms;
}

void read_envelope(ParsedMessage& message) {
  const auto ids = parse_message_ids(message.header("Message-ID"));
  if (!ids.empty()) message.message_id = to_valid_utf8(ids.front());
  message.in_reply_to = parse_message_ids(message.header("In-Reply-To"));
  message.references = parse_message_ids(message.header("References"));
  message.from = addresses_of(message, "From");
  message.reply_to = addresses_of(message, "Reply-To");
  message.to = addresses_of(message, "To");
  message.cc = addresses_of(message, "Cc");
  message.subject = decode_header(message.header("Subject"));
  message.date_ms = parse_date(message.header("Date"));
}

/// As a part, not as a message: the address fields are read apart and GMime need not do it again. The bytes
/// outlive what is returned; nothing when it cannot be parsed at all.
Owned<GMimeObject> parse_parts(std::string_view bytes) {
  GMimeParserOptions* const parser_options = options();
  const Owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
  const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  return Owned<GMimeObject>(g_mime_parser_construct_part(parser.get(), parser_options));
}

}  // namespace

ParsedMessage parse_message(std::string_view raw) {
  ParsedMessage message;
  const auto bytes = within_part_limit(raw.substr(0, kMessageBytesMax));
  message.is_cut = bytes.size() < raw.size();
  message.headers = parse_header_block(bytes).fields;
  read_envelope(message);

  const auto root = parse_parts(bytes);
  if (!root) return message;
  GMimeContentType* type = g_mime_object_get_content_type(root.get());
  message.content_type = content_type_of(type);
  if (type != nullptr)
    message.report_type =
        one_line(to_lower(text_or_empty(g_mime_content_type_get_parameter(type, "report-type"))));
  PartReader(message).read(root.get(), "", 0);
  return message;
}

Result<std::vector<Attachment>> read_attachments(std::string_view raw, std::size_t bytes_max) {
  std::vector<Attachment> files;
  ParsedMessage message;
  const auto root = parse_parts(within_part_limit(raw.substr(0, kMessageBytesMax)));
  if (root) PartReader(message, &files).read(root.get(), "", 0);
  std::size_t bytes = 0;
  for (const auto& file : files) bytes += file.bytes.size();
  if (bytes > bytes_max) return fail(Code::TooLarge, "the attachments are too large");
  return files;
}

std::string decode_header(std::string_view raw_value) {
  const bool plain = std::ranges::all_of(raw_value, [](char c) { return c >= ' ' && c < '\x7f'; });
  if (plain && raw_value.find("=?") == std::string_view::npos) return std::string(raw_value);
  const std::string value(raw_value.substr(0, kHeaderValueBytesMax));
  const OwnedText decoded(g_mime_utils_header_decode_text(options(), value.c_str()));
  return one_line(text_or_empty(decoded.get()));
}

}  // namespace outrider::mail
