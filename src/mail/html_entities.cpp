// decode_entities and its table.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "mail/html_text.h"

namespace outrider::mail {
namespace {

struct Entity {
  std::string_view name;
  std::string_view text;
};

// Sorted by name. Those that mail really holds; the rest of HTML's 2,000 stay as written.
constexpr auto kEntities = std::to_array<Entity>({
    {"AElig", "Æ"},  {"Aacute", "Á"}, {"Acirc", "Â"},  {"Agrave", "À"}, {"Aring", "Å"},  {"Atilde", "Ã"},
    {"Auml", "Ä"},   {"Ccedil", "Ç"}, {"Eacute", "É"}, {"Ecirc", "Ê"},  {"Egrave", "È"}, {"Euml", "Ë"},
    {"Iacute", "Í"}, {"Ntilde", "Ñ"}, {"Oacute", "Ó"}, {"Ocirc", "Ô"},  {"Oslash", "Ø"}, {"Otilde", "Õ"},
    {"Ouml", "Ö"},   {"Scaron", "Š"}, {"Uacute", "Ú"}, {"Uuml", "Ü"},   {"aacute", "á"}, {"acirc", "â"},
    {"acute", "´"},  {"aelig", "æ"},  {"agrave", "à"}, {"amp", "&"},    {"apos", "'"},   {"aring", "å"},
    {"atilde", "ã"}, {"auml", "ä"},   {"bdquo", "„"},  {"brvbar", "¦"}, {"bull", "•"},   {"ccedil", "ç"},
    {"cent", "¢"},   {"copy", "©"},   {"deg", "°"},    {"divide", "÷"}, {"eacute", "é"}, {"ecirc", "ê"},
    {"egrave", "è"}, {"emsp", " "},   {"ensp", " "},   {"euml", "ë"},   {"euro", "€"},   {"frac12", "½"},
    {"frac14", "¼"}, {"gt", ">"},     {"hearts", "♥"}, {"hellip", "…"}, {"iacute", "í"}, {"icirc", "î"},
    {"iexcl", "¡"},  {"igrave", "ì"}, {"iquest", "¿"}, {"iuml", "ï"},   {"laquo", "«"},  {"larr", "←"},
    {"ldquo", "“"},  {"lsaquo", "‹"}, {"lsquo", "‘"},  {"lt", "<"},     {"mdash", "—"},  {"micro", "µ"},
    {"middot", "·"}, {"minus", "−"},  {"nbsp", " "},   {"ndash", "–"},  {"ntilde", "ñ"}, {"oacute", "ó"},
    {"ocirc", "ô"},  {"oelig", "œ"},  {"ograve", "ò"}, {"ordf", "ª"},   {"ordm", "º"},   {"oslash", "ø"},
    {"otilde", "õ"}, {"ouml", "ö"},   {"para", "¶"},   {"plusmn", "±"}, {"pound", "£"},  {"quot", "\""},
    {"raquo", "»"},  {"rarr", "→"},   {"rdquo", "”"},  {"reg", "®"},    {"rsaquo", "›"}, {"rsquo", "’"},
    {"sbquo", "‚"},  {"scaron", "š"}, {"sect", "§"},   {"shy", ""},     {"szlig", "ß"},  {"thinsp", " "},
    {"times", "×"},  {"trade", "™"},  {"uacute", "ú"}, {"ucirc", "û"},  {"ugrave", "ù"}, {"uml", "¨"},
    {"uuml", "ü"},   {"yacute", "ý"}, {"yen", "¥"},    {"yuml", "ÿ"},   {"zwj", ""},     {"zwnj", ""},
});
static_assert(std::ranges::is_sorted(kEntities, {}, &Entity::name));

// 0x80 to 0x9F mean windows-1252 in practice (HTML standard, 13.2.5.80).
constexpr std::array<std::uint16_t, 32> kWindows1252 = {
    0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
};

void append_character(std::string& out, std::uint32_t code) {
  if (code >= 0x80 && code < 0xA0) code = kWindows1252[code - 0x80];
  if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) code = 0xFFFD;
  if (code == 0xA0) code = ' ';
  if (code < 0x20 && code != '\n' && code != '\t') return;
  const auto add = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) return add(code);
  if (code < 0x800) {
    add(0xC0 | code >> 6);
  } else if (code < 0x10000) {
    add(0xE0 | code >> 12);
    add(0x80 | (code >> 6 & 0x3F));
  } else {
    add(0xF0 | code >> 18);
    add(0x80 | (code >> 12 & 0x3F));
    add(0x80 | (code >> 6 & 0x3F));
  }
  add(0x80 | (code & 0x3F));
}

/// Decodes the reference whose name or number is `body` (between `&` and `;`). False when it is unknown.
bool append_reference(std::string& out, std::string_view body) {
  if (body.starts_with('#')) {
    body.remove_prefix(1);
    const bool hex = body.starts_with('x') || body.starts_with('X');
    if (hex) body.remove_prefix(1);
    std::uint32_t code = 0;
    const auto [end, error] = std::from_chars(body.data(), body.data() + body.size(), code, hex ? 16 : 10);
    if (error != std::errc() || end != body.data() + body.size()) return false;
    append_character(out, code);
    return true;
  }
  const auto found = std::ranges::lower_bound(kEntities, body, {}, &Entity::name);
  if (found == kEntities.end() || found->name != body) return false;
  out += found->text;
  return true;
}

}  // namespace

std::string decode_entities(std::string_view text) {
  constexpr std::size_t kReferenceBytesMax = 12;
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto mark = text.find('&');
    out += text.substr(0, mark);
    if (mark == std::string_view::npos) break;
    text.remove_prefix(mark);
    const auto end = text.substr(0, kReferenceBytesMax).find(';');
    if (end != std::string_view::npos && append_reference(out, text.substr(1, end - 1))) {
      text.remove_prefix(end + 1);
    } else {
      out += '&';
      text.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace outrider::mail
