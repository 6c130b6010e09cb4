#include "mail/compose.h"

#include <algorithm>
#include <array>

#include "core/encoding.h"
#include "core/secrets.h"
#include "core/strings.h"
#include "core/time_text.h"
#include "mail/header_words.h"
#include "mail/html_text.h"
#include "mail/transfer_encoding.h"

namespace outrider::mail {
namespace {

// Written by compose itself; given again they would contradict it.
constexpr auto kOwnFields = std::to_array<std::string_view>({
    "bcc",
    "cc",
    "content-disposition",
    "content-transfer-encoding",
    "content-type",
    "date",
    "from",
    "in-reply-to",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "message-id",
    "mime-version",
    "received",
    "references",
    "reply-to",
    "return-path",
    "sender",
    "subject",
    "to",
});

bool is_id_byte(char c) {
  return c > ' ' && c < '\x7f' && c != '<' && c != '>';
}

bool is_message_id(std::string_view id) {
  return !id.empty() && id.size() <= 250 && std::ranges::all_of(id, is_id_byte);
}

bool is_writable(const Address& address) {
  const auto& email = address.email;
  const auto at = email.rfind('@');
  const auto bad = [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '\x7f' || c == '<' || c == '>' || c == ',' ||
           c == ';';
  };
  return at != std::string::npos && at > 0 && at + 1 < email.size() && email.size() <= kAddressBytesMax &&
         is_valid_utf8(email) && std::ranges::none_of(email, bad);
}

bool is_field_name(std::string_view name) {
  return !name.empty() && name.size() <= 70 &&
         std::ranges::all_of(name, [](char c) { return c > ' ' && c < '\x7f' && c != ':'; });
}

Result<> check(const Draft& draft) {
  if (draft.to.empty()) return fail(Code::Invalid, "a message needs a recipient");
  if (draft.to.size() + draft.cc.size() > kRecipientsMax)
    return fail(Code::TooLarge, "a message has at most " + std::to_string(kRecipientsMax) + " recipients");
  std::vector<Address> all = draft.to;
  all.insert(all.end(), draft.cc.begin(), draft.cc.end());
  all.push_back(draft.from);
  if (draft.reply_to) all.push_back(*draft.reply_to);
  for (const auto& address : all)
    if (!is_writable(address))
      return fail(Code::Invalid, "not a mail address: " + clean_header_text(address.email));
  if (!is_message_id(draft.message_id)) return fail(Code::Invalid, "the Message-ID cannot be written");

  std::size_t attached_bytes = 0;
  for (const auto& attachment : draft.attachments) attached_bytes += attachment.bytes.size();
  if (draft.text.size() > kBodyBytesMax || draft.html.size() > kBodyBytesMax ||
      draft.attachments.size() > kAttachmentsMax || attached_bytes > kAttachmentBytesMax)
    return fail(Code::TooLarge, "the message is too large: shorten the body or send fewer attachments");

  for (const auto& header : draft.extra_headers)
    if (!is_field_name(header.name) ||
        std::ranges::find(kOwnFields, to_lower(header.name)) != kOwnFields.end())
      return fail(Code::Invalid, "this header cannot be set: " + clean_header_text(header.name));
  return {};
}

std::vector<std::string> address_items(const std::vector<Address>& addresses) {
  std::vector<std::string> items;
  items.reserve(addresses.size());
  for (const auto& address : addresses) items.push_back(address_item(address));
  return items;
}

/// The first id and the last ten, without what cannot be written (RFC 5322 section 3.6.4 asks for the chain;
/// servers cut long ones).
std::vector<std::string> reference_items(const std::vector<std::string>& references) {
  std::vector<std::string> items;
  for (const auto& id : references)
    if (is_message_id(id)) items.push_back('<' + id + '>');
  if (items.size() > kLastReferencesMax + 1)
    items.erase(items.begin() + 1, items.end() - static_cast<std::ptrdiff_t>(kLastReferencesMax));
  return items;
}

bool is_uri(std::string_view uri) {
  return std::ranges::all_of(
      uri, [](char c) { return c > ' ' && c < '\x7f' && c != '<' && c != '>' && c != ','; });
}

Result<std::string> unsubscribe_fields(const Unsubscribe& unsubscribe) {
  std::vector<std::string> uris;
  if (!unsubscribe.https_url.empty()) uris.push_back('<' + unsubscribe.https_url + '>');
  if (!unsubscribe.mailto.empty()) uris.push_back("<mailto:" + unsubscribe.mailto + '>');
  if (uris.empty()) return std::string();
  if (!is_uri(unsubscribe.https_url) || !is_uri(unsubscribe.mailto))
    return fail(Code::Invalid, "the unsubscribe link must be a plain URL");
  // One physical line: a relay that folds it again breaks the DKIM signature over it.
  std::string fields = plain_field("List-Unsubscribe", join(uris, ", "));
  if (fields.size() - 2 >= kHeaderLineBytesMax)
    return fail(Code::Invalid, "the unsubscribe link is too long");
  if (!unsubscribe.https_url.empty()) fields += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";
  return fields;
}

Result<std::string> header_block(const Draft& draft) {
  std::string block = list_field("From", {address_item(draft.from)}, ",");
  block += list_field("To", address_items(draft.to), ",");
  if (!draft.cc.empty()) block += list_field("Cc", address_items(draft.cc), ",");
  if (draft.reply_to) block += list_field("Reply-To", {address_item(*draft.reply_to)}, ",");
  block += text_field("Subject", draft.subject);
  block += "Date: " + internet_date_text(draft.date_ms, "+0000") + "\r\n";
  block += "Message-ID: <" + draft.message_id + ">\r\n";
  if (is_message_id(draft.in_reply_to)) block += "In-Reply-To: <" + draft.in_reply_to + ">\r\n";
  const auto references = reference_items(draft.references);
  if (!references.empty()) block += list_field("References", references, "");
  if (draft.unsubscribe) {
    TRY_AS(const auto fields, unsubscribe_fields(*draft.unsubscribe));
    block += fields;
  }
  for (const auto& header : draft.extra_headers) block += text_field(header.name, header.value);
  return block + "MIME-Version: 1.0\r\n";
}

/// "=_" can stand neither in quoted-printable nor in base64 text: no body can contain the boundary.
std::string boundary(const Draft& draft, std::string_view level) {
  return "=_" + hex_encode(sha256(draft.message_id).substr(0, 12)) + "_" + std::string(level);
}

std::string text_part(std::string_view type, std::string_view text) {
  std::string part = "Content-Type: " + std::string(type) + "; charset=utf-8\r\n";
  part += "Content-Transfer-Encoding: quoted-printable\r\n\r\n";
  part += quoted_printable(to_valid_utf8(text));
  if (!part.ends_with("\r\n")) part += "\r\n";
  return part;
}

std::string multipart(std::string_view type,
                      const std::string& separator,
                      const std::vector<std::string>& parts) {
  std::string out =
      "Content-Type: multipart/" + std::string(type) + ";\r\n boundary=\"" + separator + "\"\r\n\r\n";
  for (const auto& part : parts) out += "--" + separator + "\r\n" + part;
  return out + "--" + separator + "--\r\n";
}

std::string body_part(const Draft& draft) {
  const bool make_text = draft.text.empty() && !draft.html.empty();
  const std::string text = make_text ? html_to_text(draft.html) : draft.text;
  if (draft.body_mode == BodyMode::TextOnly || draft.html.empty()) return text_part("text/plain", text);
  return multipart("alternative",
                   boundary(draft, "a"),
                   {text_part("text/plain", text), text_part("text/html", draft.html)});
}

std::string media_type(std::string_view wanted) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '+' || c == '-' || c == '/';
  };
  const bool usable = wanted.size() <= 100 && std::ranges::all_of(wanted, allowed) &&
                      std::ranges::count(wanted, '/') == 1 && !wanted.starts_with('/') &&
                      !wanted.ends_with('/') && !starts_with_ignoring_case(wanted, "multipart/") &&
                      !starts_with_ignoring_case(wanted, "message/");
  return usable ? to_lower(wanted) : "application/octet-stream";
}

std::string attachment_part(const Attachment& attachment) {
  return "Content-Type: " + media_type(attachment.content_type) + parameter("name", attachment.name) +
         "\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment" +
         parameter("filename", attachment.name) + "\r\n\r\n" + base64_lines(attachment.bytes);
}

}  // namespace

Result<Composed> compose(const Draft& draft) {
  TRY(check(draft));
  Composed composed;
  TRY_AS(composed.bytes, header_block(draft));
  if (draft.attachments.empty()) {
    composed.bytes += body_part(draft);
  } else {
    std::vector<std::string> parts = {body_part(draft)};
    for (const auto& attachment : draft.attachments) parts.push_back(attachment_part(attachment));
    composed.bytes += multipart("mixed", boundary(draft, "m"), parts);
  }
  const auto utf8 = [](const Address& address) { return needs_smtputf8(address.email); };
  composed.needs_smtputf8 = utf8(draft.from) || std::ranges::any_of(draft.to, utf8) ||
                            std::ranges::any_of(draft.cc, utf8) || (draft.reply_to && utf8(*draft.reply_to));
  return composed;
}

std::string make_message_id(std::string_view unique, std::string_view sender) {
  return std::string(unique) + '@' + domain_of(wire_address(sender));
}

}  // namespace outrider::mail
