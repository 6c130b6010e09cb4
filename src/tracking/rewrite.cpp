#include "tracking/rewrite.h"

#include <algorithm>
#include <utility>

#include "core/encoding.h"
#include "core/strings.h"
#include "mail/domain.h"
#include "mail/html_tags.h"
#include "mail/html_text.h"

namespace outrider::tracking {
namespace {

constexpr std::string_view kBlank = " \t\r\n\f";
constexpr std::size_t kLabelBytesMax = 4096;  // of a link's text that is looked at

bool is_web(std::string_view url) {
  return starts_with_ignoring_case(url, "http://") || starts_with_ignoring_case(url, "https://");
}

/// The part between the scheme and the path, with a port.
std::string_view authority_of(std::string_view url) {
  const auto begin = url.find("://");
  if (begin == std::string_view::npos) return {};
  url.remove_prefix(begin + 3);
  return url.substr(0, url.find_first_of("/?#\\"));
}

std::string_view without_port(std::string_view authority) {
  if (authority.starts_with('['))
    return authority.substr(0, std::min(authority.find(']'), authority.size() - 1) + 1);
  return authority.substr(0, authority.rfind(':'));
}

/// The host a text shows, when a person would take it for an address: `https://a.example/x`, `www.a.example`,
/// `a.example`.
std::string_view shown_host(std::string_view word, bool alone) {
  if (is_web(word)) return without_port(authority_of(word));
  const std::string_view host = word.substr(0, word.find_first_of("/?#:"));
  if (starts_with_ignoring_case(host, "www.")) return host;
  const auto dot = host.rfind('.');
  const std::string_view top = dot == std::string_view::npos ? std::string_view() : host.substr(dot + 1);
  const bool is_named = top.size() > 1 && (top.front() < '0' || top.front() > '9');
  const bool is_domain = alone && is_named && !host.contains('@') && mail::domain_to_ascii(host).has_value();
  return is_domain ? host : std::string_view();
}

/// Whether the text of a link shows a domain that is not the tracking host's.
bool shows_other_domain(std::string_view label, std::string_view tracking_domain) {
  label = trim(label);
  const bool alone = label.find_first_of(kBlank) == std::string_view::npos;
  while (!label.empty()) {
    const std::string_view word = label.substr(0, label.find_first_of(kBlank));
    const std::string_view host = shown_host(word, alone);
    if (!host.empty() && mail::organisational_domain(host) != tracking_domain) return true;
    label = trim(label.substr(word.size()));
  }
  return false;
}

/// Where the value of an attribute stands.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The href of a tag, in offsets of `raw`, what stands between the tag's name and its `>`.
std::optional<Span> find_href(std::string_view raw) {
  for (std::size_t at = 0; (at = raw.find_first_not_of(" \t\r\n\f/", at)) < raw.size();) {
    const std::size_t name_end = std::min(raw.find_first_of(" \t\r\n\f/=", at + 1), raw.size());
    const std::string_view name = raw.substr(at, name_end - at);
    at = name_end;
    const std::size_t equals = raw.find_first_not_of(kBlank, at);
    if (equals >= raw.size() || raw[equals] != '=') continue;
    Span value{.begin = std::min(raw.find_first_not_of(kBlank, equals + 1), raw.size()), .end = 0};
    const bool quoted = value.begin < raw.size() && (raw[value.begin] == '"' || raw[value.begin] == '\'');
    value.end = quoted ? raw.find(raw[value.begin], value.begin + 1) : raw.find_first_of(kBlank, value.begin);
    if (quoted && value.end == std::string_view::npos) return std::nullopt;  // cut in the middle
    value.end = std::min(value.end, raw.size());
    at = std::min(value.end + (quoted ? 1 : 0), raw.size());
    if (!equal_ignoring_case(name, "href")) continue;
    return Span{.begin = value.begin + (quoted ? 1 : 0), .end = value.end};
  }
  return std::nullopt;
}

/// The destinations of a message, each once, and the addresses that lead to them.
class Destinations {
 public:
  explicit Destinations(const MessageLinks& links)
      : links_(links),
        tracking_domain_(mail::organisational_domain(without_port(authority_of(links.base_url() + "/")))) {}

  /// The tracked address of a link, or nothing when it stays as it is.
  std::optional<std::string> tracked(std::string_view url) {
    const auto destination = clean_url(url);
    if (!destination || destination->starts_with(links_.base_url() + "/")) return std::nullopt;
    const auto known = std::ranges::find(urls_, *destination);
    const auto index = static_cast<std::size_t>(known - urls_.begin());
    if (index >= kLinksMax) return std::nullopt;
    if (known == urls_.end()) urls_.push_back(*destination);
    return links_.click(static_cast<std::uint16_t>(index));
  }

  const std::string& tracking_domain() const { return tracking_domain_; }
  std::vector<std::string> take() { return std::move(urls_); }

 private:
  const MessageLinks& links_;
  std::string tracking_domain_;
  std::vector<std::string> urls_;
};

/// Copies the source into a new text, with some places replaced from left to right.
class Patched {
 public:
  explicit Patched(std::string_view source) : source_(source) { text_.reserve(source.size() + 512); }

  void replace(Span span, std::string_view with) {
    text_.append(source_, done_, span.begin - done_).append(with);
    done_ = span.end;
  }
  std::string finish() {
    text_.append(source_, done_);
    done_ = source_.size();
    return std::move(text_);
  }

 private:
  std::string_view source_;
  std::string text_;
  std::size_t done_ = 0;
};

/// One walk over the HTML: which values change, and where the document's body ends.
class HtmlTracker {
 public:
  HtmlTracker(std::string_view html, const Tracking& tracking, const MessageLinks& links)
      : html_(html),
        tracking_(tracking),
        links_(links),
        destinations_(links),
        patched_(html),
        body_end_(html.size()) {}

  Tracked run() {
    mail::HtmlReader reader(html_);
    for (mail::HtmlToken token; reader.next(token);) see(token);
    settle();
    patched_.replace({.begin = body_end_, .end = body_end_}, ending());
    return {.body = patched_.finish(), .destinations = destinations_.take()};
  }

 private:
  void see(const mail::HtmlToken& token);
  void open_link(const mail::HtmlToken& token);
  void settle();
  std::string ending() const;

  std::string_view html_;
  const Tracking& tracking_;
  const MessageLinks& links_;
  Destinations destinations_;
  Patched patched_;
  std::size_t body_end_;
  bool body_ended_ = false;
  std::optional<Span> href_;  // of the link whose text is being read
  std::string label_;
};

void HtmlTracker::see(const mail::HtmlToken& token) {
  using Kind = mail::HtmlToken::Kind;
  if (token.kind == Kind::Text) {
    if (href_ && label_.size() < kLabelBytesMax) label_ += token.raw;
    return;
  }
  const bool is_anchor = token.name == "a";
  if (is_anchor) settle();
  if (token.kind == Kind::Open && (is_anchor || token.name == "area")) open_link(token);
  if (token.name == "area") settle();
  if (token.kind == Kind::Close && !body_ended_ && (token.name == "body" || token.name == "html")) {
    settle();
    body_end_ = token.start;
    body_ended_ = true;
  }
}

void HtmlTracker::open_link(const mail::HtmlToken& token) {
  const auto span = find_href(token.raw);
  if (tracking_.clicks == Switch::Off || body_ended_ || !span) return;
  settle();
  const auto offset = static_cast<std::size_t>(token.raw.data() - html_.data());
  href_ = Span{.begin = offset + span->begin, .end = offset + span->end};
}

/// The link read so far is complete: its text decides whether it may be replaced.
void HtmlTracker::settle() {
  if (!href_) return;
  const Span span = *href_;
  href_.reset();
  const std::string label = mail::decode_entities(std::exchange(label_, {}));
  if (shows_other_domain(label, destinations_.tracking_domain())) return;
  const auto tracked =
      destinations_.tracked(mail::decode_entities(html_.substr(span.begin, span.end - span.begin)));
  if (tracked) patched_.replace(span, *tracked);
}

std::string HtmlTracker::ending() const {
  std::string html;
  if (!tracking_.unsubscribe_text.empty())
    html +=
        "<p><a href=\"" + links_.unsubscribe() + "\">" + html_escape(tracking_.unsubscribe_text) + "</a></p>";
  if (tracking_.trap == Switch::On)
    html +=
        "<a href=\"" + links_.trap() + "\" style=\"display:none\" tabindex=\"-1\" aria-hidden=\"true\"></a>";
  if (tracking_.opens == Switch::On)
    html += "<img src=\"" + links_.open() + "\" width=\"1\" height=\"1\" alt=\"\" style=\"border:0\">";
  return html;
}

/// The end of a bare address in text: blanks and quotes end it, and a full stop behind it is not part of it.
std::size_t end_of_url(std::string_view text, std::size_t begin) {
  std::size_t end = std::min(text.find_first_of(" \t\r\n\f<>\"", begin), text.size());
  while (end > begin && std::string_view(".,;:!?)]'").contains(text[end - 1])) --end;
  return end;
}

std::optional<std::string> ascii_host(std::string_view host) {
  if (!host.starts_with('[')) return mail::domain_to_ascii(host);
  const bool is_ipv6 =
      host.ends_with(']') && host.find_first_not_of("0123456789abcdefABCDEF:.[]") == std::string_view::npos;
  return is_ipv6 ? std::optional<std::string>(host) : std::nullopt;
}

/// Empty, or a colon and up to five digits.
bool is_port(std::string_view text) {
  return text.empty() || (text.size() <= 6 && text.front() == ':' &&
                          text.find_first_not_of("0123456789", 1) == std::string_view::npos);
}

}  // namespace

Tracked track_html(std::string_view html, const Tracking& tracking, const MessageLinks& links) {
  return HtmlTracker(html, tracking, links).run();
}

Tracked track_text(std::string_view text, const Tracking& tracking, const MessageLinks& links) {
  Destinations destinations(links);
  Patched patched(text);
  std::size_t at = tracking.clicks == Switch::On ? find_ignoring_case(text, "http") : std::string_view::npos;
  while (at != std::string_view::npos) {
    const std::size_t end = is_web(text.substr(at)) ? end_of_url(text, at) : at + 4;
    if (const auto tracked = destinations.tracked(text.substr(at, end - at)))
      patched.replace({.begin = at, .end = end}, *tracked);
    at = find_ignoring_case(text, "http", end);
  }
  Tracked tracked{.body = patched.finish(), .destinations = destinations.take()};
  if (tracking.unsubscribe_text.empty()) return tracked;
  while (tracked.body.ends_with('\n')) tracked.body.pop_back();
  tracked.body += "\n\n" + tracking.unsubscribe_text + ": " + links.unsubscribe() + "\n";
  return tracked;
}

std::optional<std::string> clean_url(std::string_view url) {
  url = trim(url);
  if (!is_web(url)) return std::nullopt;
  const std::size_t scheme = url.find("://") + 3;
  const std::string_view authority = authority_of(url);
  const std::string_view host = without_port(authority);
  const auto ascii = ascii_host(host);
  if (!ascii || !is_port(authority.substr(host.size()))) return std::nullopt;
  if (url.substr(scheme + authority.size()).starts_with('\\'))
    return std::nullopt;  // browsers disagree on its host
  std::string clean = to_lower(url.substr(0, scheme)) + *ascii;
  clean += authority.substr(host.size());
  for (const char c : url.substr(scheme + authority.size())) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (c == '\t' || c == '\r' || c == '\n') continue;  // as browsers do (WHATWG URL)
    const bool safe = byte > 0x20 && byte < 0x7F && c != '"' && c != '<' && c != '>' && c != '\\';
    if (safe)
      clean += c;
    else
      clean += percent_encode({&c, 1});
  }
  if (clean.size() > kUrlBytesMax) return std::nullopt;
  return clean;
}

}  // namespace outrider::tracking
