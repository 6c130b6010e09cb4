#include "sandbox/prospects.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/log.h"
#include "core/random.h"
#include "core/strings.h"
#include "mail/address.h"
#include "mail/html_tags.h"
#include "sandbox/http_fetch.h"
#include "sandbox/lmtp.h"

namespace outrider::sandbox {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// A mail as one prospect has it.
struct Prospects::Delivery {
  Prospect prospect;
  std::string recipient;
  std::string user;  // who logged in to send it
  mail::ParsedMessage mail;
  TrackedUrls urls;
  steady_clock::time_point taken_at;

  /// The time on the clock of whoever sent the mail, which may not be this machine's.
  TimeMs now_ms() const {
    const auto since = std::chrono::duration_cast<milliseconds>(steady_clock::now() - taken_at);
    return mail.date_ms.value_or(0) + since.count();
  }
};

namespace {

std::string user_agent_of(MailClient client) {
  switch (client) {
    case MailClient::Gmail:
      return "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 "
             "Safari/537.36";
    case MailClient::Outlook:
      return "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
             "Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0";
    case MailClient::Apple:
      break;
  }
  return "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
         "Version/18.1 Safari/605.1.15";
}

bool leads_to(std::string_view url, std::string_view folder) {
  return web_place(url).target.starts_with(folder);
}

/// A person follows what can be seen: not the trap for machines, which holds no text.
void look_at_link(TrackedUrls& urls, const std::string& href, bool has_text) {
  if (leads_to(href, "/u/")) urls.unsubscribe = href;
  if (leads_to(href, "/c/") && has_text && urls.click.empty()) urls.click = href;
}

void look_at_text(TrackedUrls& urls, std::string_view text) {
  for (const auto line : split(text, '\n'))
    for (auto word : split(line, ' ')) {
      word = trim(word);
      while (!word.empty() && std::string_view(".,;)>").contains(word.back())) word.remove_suffix(1);
      look_at_link(urls, std::string(word), true);
    }
}

std::string one_click_url(const mail::ParsedMessage& mail) {
  if (!mail.has("List-Unsubscribe-Post")) return {};
  for (const auto part : split(mail.header("List-Unsubscribe"), ',')) {
    auto url = trim(part);
    if (!url.starts_with('<') || !url.ends_with('>')) continue;
    url = url.substr(1, url.size() - 2);
    if (!web_place(url).host.empty()) return std::string(url);
  }
  return {};
}

Result<Writing> written_by(const Prospect& prospect, const Letter& letter, Deed deed, TimeMs now_ms) {
  if (deed == Deed::BounceReport) return write_bounce(letter, now_ms);
  if (deed == Deed::OfficeNote) return write_office_note(prospect, letter, now_ms);
  return write_answer(prospect, letter, now_ms);
}

}  // namespace

TrackedUrls tracked_urls(const mail::ParsedMessage& mail) {
  TrackedUrls urls;
  urls.one_click = one_click_url(mail);
  if (mail.html.empty()) {
    look_at_text(urls, mail.text);
    return urls;
  }
  mail::HtmlReader reader(mail.html);
  mail::HtmlToken token;
  std::string open_link;
  bool has_text = false;
  while (reader.next(token)) {
    if (token.kind == mail::HtmlToken::Kind::Text) {
      has_text = has_text || !trim(token.raw).empty();
    } else if (token.kind == mail::HtmlToken::Kind::Open && token.name == "img") {
      const auto source = mail::html_attribute(token.raw, "src");
      if (leads_to(source, "/o/")) urls.pixel = source;
    } else if (token.name == "a" && token.kind == mail::HtmlToken::Kind::Open) {
      open_link = mail::html_attribute(token.raw, "href");
      has_text = false;
    } else if (token.name == "a") {
      look_at_link(urls, open_link, has_text);
      open_link.clear();
    }
  }
  return urls;
}

Prospects::Prospects(asio::any_io_executor executor, net::Network network, Options options)
    : executor_(std::move(executor)), network_(std::move(network)), options_(std::move(options)) {}

std::optional<std::string> Prospects::refuse(const std::string& address) {
  if (mail::domain_of(address) == kMailboxDomain) return std::nullopt;
  const Prospect prospect = prospect_of(options_.seed, address);
  if (greylisted_.size() >= kGreylistMax) greylisted_.clear();
  const int attempts = prospect.temper == Temper::Greylister ? greylisted_[to_lower(address)]++ : 0;
  return refusal_of(prospect, address, attempts);
}

milliseconds Prospects::pause() {
  Random random(mix_seed(static_cast<std::uint64_t>(options_.seed), ++taken_));
  return milliseconds(static_cast<std::int64_t>((300 + 900 * random.unit()) / options_.speed));
}

void Prospects::take(const TakenMail& mail) {
  auto parsed = mail::parse_message(mail.bytes);
  for (const std::string& to : mail.to) {
    if (mail::domain_of(to) == kMailboxDomain) {
      put_into_mailbox(mail, to);
      continue;
    }
    react(std::make_shared<const Delivery>(Delivery{.prospect = prospect_of(options_.seed, to),
                                                    .recipient = to,
                                                    .user = mail.user,
                                                    .mail = parsed,
                                                    .urls = tracked_urls(parsed),
                                                    .taken_at = steady_clock::now()}));
  }
}

void Prospects::put_into_mailbox(const TakenMail& mail, const std::string& to) {
  asio::co_spawn(executor_,
                 deliver(network_, options_.lmtp, mail.from, to, mail.bytes),
                 [to](const std::exception_ptr&, const Result<>& delivered) {
                   if (!delivered)
                     log::warn("sandbox.delivery_failed", {{"to", to}, {"error", delivered.error().message}});
                 });
}

void Prospects::react(const std::shared_ptr<const Delivery>& delivery) {
  const Moment moment{.seed = options_.seed,
                      .speed = options_.speed,
                      .mail_number = 1 + static_cast<int>(delivery->mail.references.size())};
  for (const Reaction& reaction : reactions_of(delivery->prospect, delivery->recipient, moment)) {
    if (waiting_ >= kReactionsMax) return;
    asio::co_spawn(executor_, carry_out(delivery, reaction), asio::detached);
  }
}

asio::awaitable<void> Prospects::carry_out(std::shared_ptr<const Delivery> delivery, Reaction reaction) {
  ++waiting_;
  asio::steady_timer timer(executor_, reaction.after);
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  const auto done = co_await act(delivery, reaction.deed);
  --waiting_;
  if (!done)
    log::warn("sandbox.reaction_failed",
              {{"prospect", delivery->recipient}, {"error", done.error().message}});
}

Task<> Prospects::act(const std::shared_ptr<const Delivery>& delivery, Deed deed) {
  const TrackedUrls& urls = delivery->urls;
  const std::string confirmed = "List-Unsubscribe=One-Click";
  switch (deed) {
    case Deed::Open:
      return visit(delivery, urls.pixel, "");
    case Deed::Click:
      return visit(delivery, urls.click, "");
    case Deed::ShowUnsubscribePage:
      return visit(delivery, urls.unsubscribe, "");
    case Deed::ConfirmUnsubscribe:
      return visit(delivery, urls.unsubscribe, confirmed);
    case Deed::OneClickUnsubscribe:
      return visit(delivery, urls.one_click.empty() ? urls.unsubscribe : urls.one_click, confirmed);
    case Deed::Answer:
    case Deed::OfficeNote:
    case Deed::BounceReport:
      break;
  }
  return write(delivery, deed);
}

Task<> Prospects::visit(std::shared_ptr<const Delivery> delivery, std::string url, std::string form) {
  if (url.empty() || server_.port == 0) co_return Result<>();
  const WebPlace place = web_place(url);
  HttpRequest request{.host = place.host,
                      .target = place.target,
                      .user_agent = user_agent_of(delivery->prospect.client),
                      .body = std::move(form)};
  if (!request.body.empty()) {
    request.method = "POST";
    request.content_type = "application/x-www-form-urlencoded";
  }
  CO_TRY_AS(const auto answer, co_await fetch(network_, server_, std::move(request)));
  if (answer.status >= 400)
    co_return fail(Code::Unavailable, place.target + " answered " + std::to_string(answer.status));
  co_return Result<>();
}

Task<> Prospects::write(std::shared_ptr<const Delivery> delivery, Deed deed) {
  CO_TRY_AS(auto writing,
            written_by(delivery->prospect,
                       {.mail = delivery->mail, .recipient = delivery->recipient},
                       deed,
                       delivery->now_ms()));
  // A mailbox that logs in under another name than its address is read under that name.
  const bool is_own = equal_ignoring_case(writing.to, delivery->mail.sender());
  std::string mailbox = is_own ? delivery->user : writing.to;
  if (mail::domain_of(mailbox) != kMailboxDomain && !is_own) co_return Result<>();
  co_return co_await deliver(
      network_, options_.lmtp, std::move(writing.from), std::move(mailbox), std::move(writing.bytes));
}

}  // namespace outrider::sandbox
