#include "receiving/reply_text.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/strings.h"
#include "mail/fold.h"
#include "mail/html_tags.h"
#include "mail/html_text.h"
#include "receiving/reply_words.h"

namespace outrider::receiving {
namespace {

constexpr std::size_t kLineLookBytes = 400;   // a longer line is no introduction of a quote
constexpr std::size_t kAttributionLines = 3;  // clients wrap "On ... wrote:" over this many
constexpr std::size_t kHeaderBlockLines = 5;

bool is_quoted(std::string_view line) {
  return trim(line).starts_with('>');
}

/// The line as the tables are written: folded, without bold marks.
std::string folded(std::string_view line) {
  return mail::fold_text(replace_all(line.substr(0, kLineLookBytes), "*", ""));
}

bool starts_with_label(std::string_view line, std::span<const std::string_view> labels) {
  return std::ranges::any_of(labels, [&](std::string_view label) {
    if (!line.starts_with(label)) return false;
    const auto rest = trim(line.substr(label.size()));
    return rest.starts_with(':') || rest.starts_with("：");
  });
}

/// "-----Original Message-----" and the underline of Outlook's web client before its header block.
bool is_separator(std::string_view raw_line) {
  const auto line = trim(raw_line);
  if (!line.starts_with("---") && !line.starts_with("___") && !line.starts_with("***")) return false;
  const std::string text = folded(line);
  return std::ranges::any_of(separator_phrases(),
                             [&](std::string_view phrase) { return text.find(phrase) != std::string::npos; });
}

/// "Begin forwarded message:" of Apple Mail stands without dashes.
bool is_begin_forwarded(std::string_view raw_line) {
  const auto line = trim(raw_line);
  if (!line.ends_with(':') && !line.ends_with('*')) return false;  // spares folding nearly every line
  const std::string text = folded(raw_line);
  return text.ends_with(':') &&
         (text == "begin forwarded message:" || text == "anfang der weitergeleiteten nachricht:" ||
          text == "début du message transféré :" || text == "inicio del mensaje reenviado:" ||
          text == "inizio messaggio inoltrato:" || text == "begin doorgestuurd bericht:");
}

bool ends_with_colon(std::string_view line) {
  return line.ends_with(':') || line.ends_with("：");
}

/// "9:02", "9.02", "9時2分" or a year.
bool has_moment(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (std::size_t i = 0; i + 3 < text.size(); ++i) {
    if (!is_digit(text[i])) continue;
    const bool time =
        (text[i + 1] == ':' || text[i + 1] == '.') && is_digit(text[i + 2]) && is_digit(text[i + 3]);
    const bool year = text.substr(i, 2) == "20" && is_digit(text[i + 2]) && is_digit(text[i + 3]);
    if (time || year) return true;
  }
  return false;
}

/// "On Tue, 3 Mar 2026 at 10:00, Ada <ada@acme.com> wrote:": ends in a colon, holds a verb of writing and a
/// digit or an address; or, in languages without the verb, an address in brackets and a moment.
bool is_attribution(std::string_view text) {
  if (!ends_with_colon(text)) return false;
  const bool has_address = text.find('@') != std::string_view::npos;
  if (!has_address && text.find_first_of("0123456789") == std::string_view::npos) return false;
  if (has_address && text.find('<') != std::string_view::npos && has_moment(text)) return true;
  // Some languages put the verb first ("schreef Ada op 3 mrt:"), most last.
  return std::ranges::any_of(wrote_words(),
                             [&](std::string_view verb) { return mail::contains_phrase(text, verb); });
}

/// "---- On Tue, 03 Mar 2026 10:00:00 +0100 Ada <ada@acme.com> wrote ----" of Zoho.
bool is_dashed_attribution(std::string_view raw_line) {
  const auto line = trim(raw_line);
  if (!line.starts_with("--") || !line.ends_with("--")) return false;
  return line.find('@') != std::string_view::npos && has_moment(line);
}

using Lines = std::vector<std::string_view>;

/// How many lines from `at` on are the introduction of a quote; 0 when none starts there.
std::size_t attribution_lines(const Lines& lines, std::size_t at) {
  const std::size_t end = std::min(lines.size(), at + kAttributionLines);
  bool possible = false;  // spares folding nearly every line
  for (std::size_t i = at; i < end; ++i) possible = possible || ends_with_colon(trim(lines[i]));
  if (!possible) return 0;
  std::string text;
  for (std::size_t count = 1; count <= kAttributionLines && at + count <= lines.size(); ++count) {
    const auto line = trim(lines[at + count - 1]);
    if (line.empty() || line.size() > kLineLookBytes || is_quoted(line)) return 0;
    text += (count > 1 ? " " : "") + folded(line);
    if (is_attribution(text)) return count;
    // A line that ends a sentence is prose and not the first half of an introduction.
    if (text.ends_with('.') || text.ends_with('!') || text.ends_with('?')) return 0;
  }
  return 0;
}

/// Three of From, Sent, To, Subject in a row, From among them; mostly it comes first.
bool is_header_block(const Lines& lines, std::size_t at) {
  constexpr std::size_t kLabelBytesMax = 60;
  if (lines[at].substr(0, kLabelBytesMax).find_first_of(":\xEF") == std::string_view::npos) return false;
  const std::string first = folded(lines[at]);
  bool has_from = starts_with_label(first, from_labels());
  if (!has_from && !starts_with_label(first, header_labels())) return false;
  std::size_t labels = 1;
  const std::size_t end = std::min(lines.size(), at + 1 + kHeaderBlockLines);
  for (std::size_t i = at + 1; i < end; ++i) {
    const std::string line = folded(lines[i]);
    const bool is_from = starts_with_label(line, from_labels());
    has_from = has_from || is_from;
    if (is_from || starts_with_label(line, header_labels())) ++labels;
  }
  return has_from && labels >= 3;
}

bool next_text_is_quoted(const Lines& lines, std::size_t at) {
  for (; at < lines.size(); ++at)
    if (!trim(lines[at]).empty()) return is_quoted(lines[at]);
  return false;
}

bool is_signature_mark(std::string_view line) {
  return line == "-- " || line == "--" || line == "-- \r" || line == "--\r";
}

bool is_device_signature(std::string_view line) {
  if (line.size() > 120) return false;
  const std::string text = folded(line);
  return std::ranges::any_of(device_signatures(),
                             [&](std::string_view start) { return text.starts_with(start); });
}

/// Blank lines and rules of dashes say nothing at the end.
void cut_empty_end(Lines& kept) {
  while (!kept.empty() && trim(kept.back()).find_first_not_of("-_=*") == std::string_view::npos)
    kept.pop_back();
}

/// Up to five last lines are looked at for "Sent from my iPhone".
void cut_device_signature(Lines& kept) {
  constexpr std::size_t kTailLines = 5;
  while (!kept.empty() && trim(kept.back()).empty()) kept.pop_back();
  const std::size_t from = kept.size() - std::min(kept.size(), kTailLines);
  for (std::size_t i = from; i < kept.size(); ++i) {
    if (!is_device_signature(trim(kept[i]))) continue;
    kept.resize(i);
    return;
  }
}

std::string joined(const Lines& lines) {
  std::string text;
  for (const auto line : lines) {
    text += line;
    text += '\n';
  }
  return std::string(trim(text));
}

}  // namespace

std::string strip_quoted_text(std::string_view text) {
  const Lines lines = split(text, '\n');
  Lines kept;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto line = lines[i];
    if (is_quoted(line)) continue;
    if (is_signature_mark(line) || is_separator(line) || is_dashed_attribution(line) ||
        is_begin_forwarded(line) || is_header_block(lines, i))
      break;
    if (const std::size_t count = attribution_lines(lines, i); count > 0) {
      // Without quote marks below, everything below is the old mail; with them an answer may follow.
      if (!next_text_is_quoted(lines, i + count)) break;
      i += count - 1;
      continue;
    }
    kept.push_back(line);
  }
  cut_empty_end(kept);
  cut_device_signature(kept);
  cut_empty_end(kept);
  return joined(kept);
}

namespace {

constexpr auto kQuoteClasses = std::to_array<std::string_view>({
    "gmail_quote",
    "gmail_attr",
    "gmail_extra",
    "gmail_signature",
    "yahoo_quoted",
    "moz-cite-prefix",
    "moz-signature",
    "protonmail_quote",
    "protonmail_signature_block",
    "zmail_extra",
    "tutanota_quote",
    "ms-outlook-mobile-signature",
});

constexpr auto kQuoteIds = std::to_array<std::string_view>({
    "signature",
    "ms-outlook-mobile-signature",
    "yahoo_quoted",
    "mail-editor-reference-message-container",
});

// From here to the end everything is the old mail.
constexpr auto kRestIds = std::to_array<std::string_view>({
    "divrplyfwdmsg",
    "appendonsend",
    "x_divrplyfwdmsg",
    "stopspelling",
    "replysplit",
    "outlookmessageheader",
});

bool is_void(std::string_view name) {
  return name == "br" || name == "hr" || name == "img" || name == "meta" || name == "input" ||
         name == "link" || name == "col" || name == "wbr" || name == "area" || name == "base" ||
         name == "embed" || name == "source";
}

bool has_word(std::string_view words, std::span<const std::string_view> wanted) {
  const std::string folded_words = to_lower(words);
  return std::ranges::any_of(split(folded_words, ' '), [&](std::string_view word) {
    return std::ranges::find(wanted, word) != wanted.end();
  });
}

/// Outlook for Windows marks the old mail only by the line above its header block.
bool is_outlook_border(const mail::HtmlToken& tag) {
  if (tag.name != "div") return false;
  const std::string style = replace_all(to_lower(mail::html_attribute(tag.raw, "style")), " ", "");
  return style.find("border:none;border-top:solid#") != std::string::npos;
}

bool starts_rest(const mail::HtmlToken& tag) {
  const std::string id = to_lower(mail::html_attribute(tag.raw, "id"));
  return (!id.empty() && std::ranges::find(kRestIds, std::string_view(id)) != kRestIds.end()) ||
         is_outlook_border(tag);
}

bool starts_quote(const mail::HtmlToken& tag) {
  if (tag.name == "blockquote" && (equal_ignoring_case(mail::html_attribute(tag.raw, "type"), "cite") ||
                                   has_word(mail::html_attribute(tag.raw, "class"), kQuoteClasses)))
    return true;
  const std::string id = to_lower(mail::html_attribute(tag.raw, "id"));
  return has_word(mail::html_attribute(tag.raw, "class"), kQuoteClasses) ||
         (!id.empty() && std::ranges::find(kQuoteIds, std::string_view(id)) != kQuoteIds.end());
}

/// A tag longer than this is no marker of a mail client; its attributes are not looked at.
constexpr std::size_t kMarkerTagBytesMax = 4096;

}  // namespace

std::string strip_quoted_html(std::string_view html) {
  html = html.substr(0, mail::kHtmlBytesMax);
  mail::HtmlReader reader(html);
  std::string kept;
  std::size_t copied_to = 0;
  std::string skipped_tag;  // name of the element being skipped, "" outside
  int depth = 0;
  for (mail::HtmlToken token; reader.next(token);) {
    if (token.kind == mail::HtmlToken::Kind::Text) continue;
    const bool opens = token.kind == mail::HtmlToken::Kind::Open;
    if (!skipped_tag.empty()) {
      if (token.name != skipped_tag) continue;
      depth += opens ? 1 : -1;
      if (depth > 0) continue;
      skipped_tag.clear();
      copied_to = token.end;
      continue;
    }
    if (!opens || token.raw.size() > kMarkerTagBytesMax || token.raw.empty()) continue;
    const bool rest = starts_rest(token);
    if (!rest && (is_void(token.name) || !starts_quote(token))) continue;
    kept += html.substr(copied_to, token.start - copied_to);
    if (rest) return kept;
    skipped_tag = token.name;
    depth = 1;
    copied_to = html.size();
  }
  return kept + std::string(html.substr(copied_to));
}

std::string new_text(const mail::ParsedMessage& message) {
  if (!trim(message.text).empty()) return strip_quoted_text(message.text);
  return strip_quoted_text(mail::html_to_text(strip_quoted_html(message.html)));
}

}  // namespace outrider::receiving
