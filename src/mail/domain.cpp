#include "mail/domain.h"

#include <idn2.h>
#include <libpsl.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "core/strings.h"

namespace outrider::mail {
namespace {

constexpr std::size_t kDomainBytesMax = 253;
constexpr std::size_t kDomainInputBytesMax = 1024;

struct FreeIdn {
  void operator()(char* text) const { idn2_free(text); }
};

// Sorted; full domain names in lower-case ASCII.
constexpr auto kSharedDomains = std::to_array<std::string_view>({
    "126.com",
    "139.com",
    "163.com",
    "189.cn",
    "a1.net",
    "alice.it",
    "aliyun.com",
    "aol.com",
    "arcor.de",
    "att.net",
    "azet.sk",
    "bellsouth.net",
    "bigpond.com",
    "bk.ru",
    "bluewin.ch",
    "blueyonder.co.uk",
    "bol.com.br",
    "bredband.net",
    "btinternet.com",
    "btopenworld.com",
    "centrum.cz",
    "centrum.sk",
    "charter.net",
    "chello.nl",
    "comcast.net",
    "cox.net",
    "daum.net",
    "docomo.ne.jp",
    "duck.com",
    "earthlink.net",
    "email.com",
    "email.cz",
    "email.de",
    "ezweb.ne.jp",
    "fastmail.com",
    "fastmail.fm",
    "foxmail.com",
    "free.fr",
    "freemail.hu",
    "freenet.de",
    "frontier.com",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.fr",
    "gmx.net",
    "gmx.us",
    "go2.pl",
    "googlemail.com",
    "hanmail.net",
    "hetnet.nl",
    "hey.com",
    "home.nl",
    "hotmail.be",
    "hotmail.ca",
    "hotmail.co.jp",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.com.br",
    "hotmail.de",
    "hotmail.es",
    "hotmail.fr",
    "hotmail.it",
    "hotmail.nl",
    "hotmail.se",
    "i.ua",
    "icloud.com",
    "inbox.lv",
    "inbox.ru",
    "interia.pl",
    "internode.on.net",
    "juno.com",
    "kpnmail.nl",
    "laposte.net",
    "libero.it",
    "list.ru",
    "live.be",
    "live.ca",
    "live.co.uk",
    "live.com",
    "live.com.au",
    "live.com.mx",
    "live.de",
    "live.dk",
    "live.fr",
    "live.it",
    "live.nl",
    "live.no",
    "live.se",
    "mac.com",
    "mail.bg",
    "mail.com",
    "mail.de",
    "mail.ru",
    "mailbox.org",
    "mailfence.com",
    "me.com",
    "msn.com",
    "mynet.com",
    "naver.com",
    "neuf.fr",
    "numericable.fr",
    "o2.pl",
    "oi.com.br",
    "onet.eu",
    "onet.pl",
    "online.de",
    "online.no",
    "optonline.net",
    "optusnet.com.au",
    "orange.fr",
    "outlook.be",
    "outlook.co.id",
    "outlook.com",
    "outlook.com.br",
    "outlook.de",
    "outlook.es",
    "outlook.fr",
    "outlook.it",
    "outlook.jp",
    "outlook.pt",
    "planet.nl",
    "pm.me",
    "poczta.onet.pl",
    "posteo.de",
    "posteo.net",
    "proton.me",
    "protonmail.ch",
    "protonmail.com",
    "qq.com",
    "rambler.ru",
    "rediffmail.com",
    "rocketmail.com",
    "rogers.com",
    "runbox.com",
    "sapo.pt",
    "sbcglobal.net",
    "seznam.cz",
    "sfr.fr",
    "shaw.ca",
    "sina.com",
    "sky.com",
    "skynet.be",
    "softbank.ne.jp",
    "sohu.com",
    "spectrum.net",
    "t-online.de",
    "talktalk.net",
    "telenet.be",
    "telia.com",
    "telus.net",
    "terra.com.br",
    "tim.it",
    "tiscali.co.uk",
    "tiscali.it",
    "tlen.pl",
    "tuta.com",
    "tuta.io",
    "tutanota.com",
    "tutanota.de",
    "ukr.net",
    "uol.com.br",
    "vaja.ee",
    "verizon.net",
    "videotron.ca",
    "vip.163.com",
    "vip.qq.com",
    "virgilio.it",
    "virgin.net",
    "virginmedia.com",
    "vodafone.de",
    "volny.cz",
    "wanadoo.es",
    "wanadoo.fr",
    "web.de",
    "windowslive.com",
    "windstream.net",
    "wp.pl",
    "xs4all.nl",
    "xtra.co.nz",
    "ya.ru",
    "yahoo.at",
    "yahoo.be",
    "yahoo.ca",
    "yahoo.ch",
    "yahoo.co.id",
    "yahoo.co.in",
    "yahoo.co.jp",
    "yahoo.co.nz",
    "yahoo.co.uk",
    "yahoo.com",
    "yahoo.com.ar",
    "yahoo.com.au",
    "yahoo.com.br",
    "yahoo.com.hk",
    "yahoo.com.mx",
    "yahoo.com.sg",
    "yahoo.com.tr",
    "yahoo.com.tw",
    "yahoo.de",
    "yahoo.dk",
    "yahoo.es",
    "yahoo.fi",
    "yahoo.fr",
    "yahoo.gr",
    "yahoo.ie",
    "yahoo.in",
    "yahoo.it",
    "yahoo.nl",
    "yahoo.no",
    "yahoo.pl",
    "yahoo.pt",
    "yahoo.ro",
    "yahoo.se",
    "yandex.com",
    "yandex.ru",
    "yeah.net",
    "ymail.com",
    "zoho.com",
    "zohomail.com",
});

bool is_label(std::string_view label) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, allowed);
}

bool is_ascii_domain(std::string_view domain) {
  return !domain.empty() && domain.size() <= kDomainBytesMax &&
         std::ranges::all_of(split(domain, '.'), is_label);
}

}  // namespace

std::optional<std::string> domain_to_ascii(std::string_view domain) {
  if (domain.ends_with('.')) domain.remove_suffix(1);
  if (domain.empty() || domain.size() > kDomainInputBytesMax) return std::nullopt;
  std::string ascii = to_lower(domain);
  const bool plain = std::ranges::all_of(ascii, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!plain) {
    char* converted = nullptr;
    if (idn2_to_ascii_8z(ascii.c_str(), &converted, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT) != IDN2_OK)
      return std::nullopt;
    const std::unique_ptr<char, FreeIdn> owner(converted);
    ascii = to_lower(converted);
  }
  if (!is_ascii_domain(ascii)) return std::nullopt;
  return ascii;
}

std::string organisational_domain(std::string_view domain) {
  // The list compiled into the library: no file to read, and the same answer on every node.
  static const psl_ctx_t* const kList = psl_builtin();
  const auto ascii = domain_to_ascii(domain);
  if (!ascii) return to_lower(domain);
  const char* registrable = kList == nullptr ? nullptr : psl_registrable_domain(kList, ascii->c_str());
  return registrable == nullptr ? *ascii : std::string(registrable);
}

bool is_shared_domain(std::string_view domain) {
  const auto ascii = domain_to_ascii(domain);
  return ascii && std::ranges::binary_search(kSharedDomains, std::string_view(*ascii));
}

static_assert(std::ranges::is_sorted(kSharedDomains));

}  // namespace outrider::mail
