#include "sandbox/answer.h"

#include <cstdio>

#include "core/encoding.h"
#include "core/ids.h"
#include "core/random.h"
#include "core/strings.h"
#include "core/time_text.h"
#include "mail/address.h"
#include "mail/compose.h"
#include "mail/header_words.h"
#include "mail/subject.h"
#include "sandbox/answer_words.h"

namespace outrider::sandbox {
namespace {

constexpr std::size_t kQuoteCharactersMax = 20'000;

constexpr std::string_view kColleagues[] = {"Robin Hale", "Kim Berger", "Noa Lind", "Sascha Roth"};
constexpr const char* kMonths[] = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Parts {
  std::string text;
  std::string html;
};

std::string capitalised(std::string_view word) {
  std::string out(word);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

/// The name in the mail that came, else one made of the address: `anna.keller@x` is Anna Keller.
mail::Address person_of(const Letter& letter) {
  for (const auto& address : letter.mail.to)
    if (equal_ignoring_case(address.email, letter.recipient) && !address.name.empty())
      return {.name = address.name, .email = letter.recipient};
  std::vector<std::string> words;
  for (const auto part : split(mail::local_part_of(letter.recipient), '.'))
    words.push_back(capitalised(part));
  return {.name = join(words, " "), .email = letter.recipient};
}

/// Somebody else of the same company.
mail::Address colleague_of(const Letter& letter) {
  const auto name = kColleagues[mix_seed(0, letter.recipient) % std::size(kColleagues)];
  const std::string local = replace_all(to_lower(name), " ", ".");
  return {.name = std::string(name), .email = local + "@" + mail::domain_of(letter.recipient)};
}

mail::Address sender_of(const mail::ParsedMessage& mail) {
  return mail.from.empty() ? mail::Address() : mail.from.front();
}

mail::Address answered(const mail::ParsedMessage& mail) {
  return mail.reply_to.empty() ? sender_of(mail) : mail.reply_to.front();
}

std::string date_text(Language language, TimeMs at_ms) {
  const Date date = date_from_days(at_ms / kDayMs);
  char text[32];
  if (language == Language::English)
    std::snprintf(text, sizeof text, "%d %s %d", date.day, kMonths[date.month - 1], date.year);
  else
    std::snprintf(text,
                  sizeof text,
                  language == Language::German ? "%02d.%02d.%d" : "%02d/%02d/%d",
                  date.day,
                  date.month,
                  date.year);
  return text;
}

std::string fill(std::string_view pattern, const mail::Address& sender, const std::string& date) {
  std::string text = replace_all(pattern, "{date}", date);
  text = replace_all(text, "{name}", sender.name.empty() ? sender.email : sender.name);
  return replace_all(text, "{email}", sender.email);
}

std::string html_lines(std::string_view text) {
  return replace_all(html_escape(text), "\n", "<br>");
}

std::string quoted_lines(std::string_view text) {
  std::string out;
  for (const auto line : split(text, '\n')) out.append("> ").append(line).append("\n");
  return out;
}

Parts in_gmail(std::string_view said, std::string_view quote, const std::string& wrote) {
  return {.text = std::string(said) + "\n\n" + wrote + "\n\n" + quoted_lines(quote),
          .html = "<div dir=\"ltr\">" + html_lines(said) +
                  "</div><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">" +
                  html_escape(wrote) + "<br></div><blockquote class=\"gmail_quote\">" + html_lines(quote) +
                  "</blockquote></div>"};
}

Parts in_apple(std::string_view said, std::string_view quote, const std::string& wrote) {
  return {.text = std::string(said) + "\n\n" + quoted_lines(wrote + "\n\n" + std::string(quote)),
          .html = "<html><body><div>" + html_lines(said) + "</div><br><div><blockquote type=\"cite\"><div>" +
                  html_escape(wrote) + "</div><br><div>" + html_lines(quote) +
                  "</div></blockquote></div></body></html>"};
}

Parts in_outlook(std::string_view said,
                 std::string_view quote,
                 const LanguageWords& words,
                 const Letter& letter,
                 const std::string& date) {
  const struct {
    std::string_view label;
    std::string value;
  } lines[] = {{words.from, mail::format_address(sender_of(letter.mail))},
               {words.sent, date},
               {words.to, letter.recipient},
               {words.subject, letter.mail.subject}};
  Parts parts{.text = std::string(said) + "\n\n________________________________\n",
              .html = "<html><body><p>" + html_lines(said) +
                      "</p><div style=\"border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in "
                      "0in\"><p>"};
  for (const auto& line : lines) {
    parts.text += std::string(line.label) + ": " + line.value + "\n";
    parts.html += "<b>" + std::string(line.label) + ":</b> " + html_escape(line.value) + "<br>";
  }
  parts.text += "\n" + std::string(quote);
  parts.html += "</p></div><p>" + html_lines(quote) + "</p></body></html>";
  return parts;
}

std::string_view said_by(Temper temper, const LanguageWords& words) {
  switch (temper) {
    case Temper::Refuser:
      return words.refuses;
    case Temper::Asker:
      return words.asks;
    case Temper::UnsubscribesByReply:
      return words.unsubscribes;
    case Temper::Colleague:
      return words.colleague;
    case Temper::Forwarder:
      return words.colleague_forwarded;
    default:
      return words.agrees;
  }
}

std::string answer_subject(const Prospect& prospect, const LanguageWords& words, std::string_view subject) {
  const std::string bare(mail::strip_subject_prefixes(subject));
  const bool is_outlook = prospect.client == MailClient::Outlook;
  const std::string reply = is_outlook ? std::string(words.reply_prefix) : "Re: ";
  if (prospect.temper != Temper::Forwarder) return reply + bare;
  return reply + (is_outlook ? std::string(words.forward_prefix) : "Fwd: ") + bare;
}

/// A reply in the thread of the letter, without its words.
mail::Draft reply_to(const Letter& letter, mail::Address from, TimeMs now_ms) {
  mail::Draft draft;
  draft.from = std::move(from);
  draft.to = {answered(letter.mail)};
  draft.date_ms = now_ms;
  draft.message_id = mail::make_message_id(ulid(now_ms), draft.from.email);
  draft.in_reply_to = letter.mail.message_id;
  draft.references = letter.mail.references;
  draft.references.push_back(letter.mail.message_id);
  return draft;
}

Result<Writing> composed(const mail::Draft& draft, std::string envelope_from) {
  TRY_AS(auto made, mail::compose(draft));
  return Writing{
      .from = std::move(envelope_from), .to = draft.to.front().email, .bytes = std::move(made.bytes)};
}

}  // namespace

Result<Writing> write_answer(const Prospect& prospect, const Letter& letter, TimeMs now_ms) {
  const LanguageWords& words = words_of(prospect.language);
  const bool is_colleague = prospect.temper == Temper::Colleague || prospect.temper == Temper::Forwarder;
  const mail::Address writer = is_colleague ? colleague_of(letter) : person_of(letter);
  mail::Draft draft = reply_to(letter, writer, now_ms);
  draft.subject = answer_subject(prospect, words, letter.mail.subject);
  if (prospect.temper == Temper::Colleague) draft.cc = {person_of(letter)};

  std::string said(said_by(prospect.temper, words));
  // A request to stop is short: nothing around it.
  if (prospect.temper != Temper::UnsubscribesByReply)
    said += "\n\n" + std::string(words.greets) + "\n" + writer.name;
  const std::string_view quote = utf8_prefix(trim(letter.mail.text), kQuoteCharactersMax);
  const std::string date = date_text(prospect.language, letter.mail.date_ms.value_or(now_ms));
  const std::string wrote = fill(words.wrote, sender_of(letter.mail), date);
  const Parts parts = prospect.client == MailClient::Gmail   ? in_gmail(said, quote, wrote)
                      : prospect.client == MailClient::Apple ? in_apple(said, quote, wrote)
                                                             : in_outlook(said, quote, words, letter, date);
  draft.text = parts.text;
  draft.html = parts.html;
  return composed(draft, writer.email);
}

Result<Writing> write_office_note(const Prospect& prospect, const Letter& letter, TimeMs now_ms) {
  const LanguageWords& words = words_of(prospect.language);
  mail::Draft draft = reply_to(letter, person_of(letter), now_ms);
  draft.subject = std::string(words.away_subject) + letter.mail.subject;
  draft.extra_headers = {{"Auto-Submitted", "auto-replied"}, {"X-Auto-Response-Suppress", "All"}};
  const auto days_away = 3 + static_cast<TimeMs>(mix_seed(0, letter.recipient) % 12);
  const std::string last_day = date_text(prospect.language, now_ms + days_away * kDayMs);
  draft.text = replace_all(words.away, "{date}", last_day) + "\n" + draft.from.name + "\n";
  draft.body_mode = mail::BodyMode::TextOnly;
  return composed(draft, "");
}

Writing write_bounce(const Letter& letter, TimeMs now_ms) {
  const std::string host = "mx." + mail::domain_of(letter.recipient);
  const std::string to = sender_of(letter.mail).email;
  const std::string boundary = "report." + ulid(now_ms);
  const auto line = [](std::string& text, std::string_view content) { text.append(content).append("\r\n"); };
  std::string bytes;
  line(bytes, "From: MAILER-DAEMON@" + host + " (Mail Delivery System)");
  line(bytes, "To: " + to);
  line(bytes, "Subject: Undelivered Mail Returned to Sender");
  line(bytes, "Date: " + internet_date_text(now_ms, "+0000"));
  line(bytes, "Message-ID: <" + ulid(now_ms) + "@" + host + ">");
  line(bytes, "Auto-Submitted: auto-replied");
  line(bytes, "MIME-Version: 1.0");
  line(bytes, "Content-Type: multipart/report; report-type=delivery-status; boundary=\"" + boundary + "\"");
  line(bytes, "");
  line(bytes, "--" + boundary);
  line(bytes, "Content-Type: text/plain; charset=us-ascii");
  line(bytes, "");
  line(bytes, "This is the mail system at host " + host + ".");
  line(bytes, "");
  line(bytes, "Your message could not be delivered to one or more recipients.");
  line(bytes, "");
  line(bytes, "<" + letter.recipient + ">: 550 5.1.1 User unknown");
  line(bytes, "");
  line(bytes, "--" + boundary);
  line(bytes, "Content-Type: message/delivery-status");
  line(bytes, "");
  line(bytes, "Reporting-MTA: dns; " + host);
  line(bytes, "");
  line(bytes, "Final-Recipient: rfc822; " + letter.recipient);
  line(bytes, "Action: failed");
  line(bytes, "Status: 5.1.1");
  line(bytes, "Diagnostic-Code: smtp; 550 5.1.1 User unknown");
  line(bytes, "");
  line(bytes, "--" + boundary);
  line(bytes, "Content-Type: text/rfc822-headers");
  line(bytes, "");
  line(bytes, "Message-ID: <" + letter.mail.message_id + ">");
  line(bytes, "From: " + to);
  line(bytes, "To: " + letter.recipient);
  line(bytes, "");
  line(bytes, "--" + boundary + "--");
  return {.from = "", .to = to, .bytes = std::move(bytes)};
}

}  // namespace outrider::sandbox
