// bench: mail core
// Messages a second through parse_message against GMime alone on the same bytes: GMime parses the message and
// decodes every text part, which is the least a reader needs.
#include "mail/mime.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "core/encoding.h"

namespace {

using namespace outrider;
using Steady = std::chrono::steady_clock;

constexpr int kRuns = 5;
constexpr int kMessagesPerRun = 20'000;

std::string received_lines() {
  std::string lines;
  for (int i = 0; i < 4; ++i)
    lines += "Received: from mx" + std::to_string(i) +
             ".acme.com (mx.acme.com [192.0.2.1]) by mail.us.com with ESMTPS id 4Xabc\r\n"
             " for <grace@us.com>; Tue, 3 Mar 2026 10:00:00 +0000 (UTC)\r\n";
  return lines;
}

/// A reply of about 4 KB as Gmail sends it.
std::string reply_message() {
  std::string text = "Thanks Grace, Tuesday works for me.\r\n\r\nOn Tue, Mar 3, 2026 Grace wrote:\r\n";
  std::string html = "<div dir=3D\"ltr\">Thanks Grace, Tuesday works for me.</div>\r\n";
  for (int i = 0; i < 12; ++i)
    text += "> Hi Ada, this is what I wrote to you some days ago, line by line.\r\n";
  for (int i = 0; i < 18; ++i)
    html += "<p style=3D\"margin:0\">Hi Ada, this is what I wrote =C3=A9 to you.</p>\r\n";
  return received_lines() +
         "From: =?UTF-8?Q?Ada_Lovelac=C3=A9?= <ada@acme.com>\r\nTo: Grace Hopper <grace@us.com>\r\n"
         "Subject: Re: Hello\r\nDate: Tue, 3 Mar 2026 10:00:00 +0000\r\nMessage-ID: "
         "<CAabc@mail.gmail.com>\r\n"
         "In-Reply-To: <01J.abc@us.com>\r\nReferences: <01J.abc@us.com>\r\nMIME-Version: 1.0\r\n"
         "Content-Type: multipart/alternative; boundary=\"000000000000a1\"\r\n\r\n--000000000000a1\r\n"
         "Content-Type: text/plain; charset=\"UTF-8\"\r\n\r\n" +
         text +
         "\r\n--000000000000a1\r\nContent-Type: text/html; charset=\"UTF-8\"\r\n"
         "Content-Transfer-Encoding: quoted-printable\r\n\r\n" +
         html + "\r\n--000000000000a1--\r\n";
}

/// The same reply with a picture of 60 KB.
std::string attachment_message() {
  std::string picture;
  const std::string line = base64_encode(std::string(57, 'x'));
  for (int i = 0; i < 1050; ++i) picture += line + "\r\n";
  return received_lines() +
         "From: Ada <ada@acme.com>\r\nSubject: Re: Hello\r\nMessage-ID: <b@acme.com>\r\nMIME-Version: 1.0\r\n"
         "Content-Type: multipart/mixed; boundary=\"b2\"\r\n\r\n--b2\r\nContent-Type: text/plain; "
         "charset=iso-8859-1"
         "\r\n\r\nSee the picture.\r\n--b2\r\nContent-Type: image/png; name=\"a.png\"\r\n"
         "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"a.png\"\r\n\r\n" +
         picture + "--b2--\r\n";
}

std::size_t decode_texts(GMimeObject* object) {
  if (GMIME_IS_MULTIPART(object)) {
    std::size_t bytes = 0;
    const int count = g_mime_multipart_get_count(GMIME_MULTIPART(object));
    for (int i = 0; i < count; ++i)
      bytes += decode_texts(g_mime_multipart_get_part(GMIME_MULTIPART(object), i));
    return bytes;
  }
  if (!GMIME_IS_TEXT_PART(object)) return 0;
  char* text = g_mime_text_part_get_text(GMIME_TEXT_PART(object));
  const std::size_t bytes = text == nullptr ? 0 : std::char_traits<char>::length(text);
  g_free(text);
  return bytes;
}

std::size_t gmime_alone(const std::string& raw) {
  GMimeStream* stream = g_mime_stream_mem_new_with_buffer(raw.data(), raw.size());
  GMimeParser* parser = g_mime_parser_new_with_stream(stream);
  GMimeMessage* message = g_mime_parser_construct_message(parser, nullptr);
  const std::size_t bytes = decode_texts(g_mime_message_get_mime_part(message));
  g_object_unref(message);
  g_object_unref(parser);
  g_object_unref(stream);
  return bytes;
}

std::size_t ours(const std::string& raw) {
  const auto message = mail::parse_message(raw);
  return message.text.size() + message.html.size();
}

struct Rate {
  double median = 0;
  double least = 0;
  double most = 0;
};

template <class Reader>
double messages_per_second(const std::string& raw, int messages, Reader reader) {
  const auto start = Steady::now();
  std::size_t bytes = 0;
  for (int i = 0; i < messages; ++i) bytes += reader(raw);
  const std::chrono::duration<double> took = Steady::now() - start;
  if (bytes == 0) std::puts("nothing was read");
  return messages / took.count();
}

Rate summary(std::vector<double> rates) {
  std::ranges::sort(rates);
  return {.median = rates[rates.size() / 2], .least = rates.front(), .most = rates.back()};
}

void compare(const char* what, const std::string& raw, int messages) {
  std::vector<double> gmime_rates;
  std::vector<double> our_rates;
  // In turns, so that a busy machine slows both.
  for (int run = 0; run < kRuns; ++run) {
    gmime_rates.push_back(messages_per_second(raw, messages, gmime_alone));
    our_rates.push_back(messages_per_second(raw, messages, ours));
  }
  const Rate peer = summary(gmime_rates);
  const Rate own = summary(our_rates);
  std::printf("| %-28s | %6zu | %7.0f (%.0f-%.0f) | %7.0f (%.0f-%.0f) | %.2f |\n",
              what,
              raw.size(),
              peer.median,
              peer.least,
              peer.most,
              own.median,
              own.least,
              own.most,
              own.median / peer.median);
}

}  // namespace

int main() {
  g_mime_init();
  std::puts("| message | bytes | GMime alone, msg/s | parse_message, msg/s | ratio |");
  std::puts("|---|---|---|---|---|");
  compare("reply, text and HTML", reply_message(), kMessagesPerRun);
  compare("reply with a picture", attachment_message(), kMessagesPerRun / 10);
}
