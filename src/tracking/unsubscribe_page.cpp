#include "tracking/unsubscribe_page.h"

#include "core/encoding.h"
#include "core/strings.h"

namespace outrider::tracking {
namespace {

constexpr std::string_view kStyle =
    "body{font:1.1rem/1.5 system-ui,sans-serif;color:#1b1b1f;background:#fff;margin:0}"
    "main{max-width:32rem;margin:18vh auto 0;padding:0 1.5rem}h1{font-size:1.5rem;line-height:1.25}"
    "button{font:inherit;padding:.7rem "
    "1.4rem;border:0;border-radius:.4rem;background:#1b4fd8;color:#fff;cursor:pointer}"
    "button:focus-visible{outline:3px solid #f5a623;outline-offset:3px}"
    "@media "
    "(prefers-color-scheme:dark){body{color:#eee;background:#17171a}button{background:#8fb0ff;color:#111}}";

std::string page(std::string_view title, std::string_view content) {
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"robots\" content=\"noindex\">\n<title>";
  html.append(title)
      .append("</title>\n<style>")
      .append(kStyle)
      .append("</style>\n</head>\n<body>\n<main>\n<h1>");
  html.append(title).append("</h1>\n").append(content).append("</main>\n</body>\n</html>\n");
  return html;
}

}  // namespace

std::string unsubscribe_question_page(std::string_view email) {
  std::string content =
      "<p>No more messages will be sent to <strong>" + html_escape(masked_email(email)) + "</strong>.</p>\n";
  content += "<form method=\"post\">\n<button type=\"submit\" name=\"";
  content.append(kOneClickField)
      .append("\" value=\"")
      .append(kOneClickValue)
      .append("\">Unsubscribe</button>\n</form>\n");
  return page("Unsubscribe?", content);
}

std::string unsubscribe_done_page(std::string_view email) {
  return page("You are unsubscribed",
              "<p role=\"status\">No more messages will be sent to <strong>" +
                  html_escape(masked_email(email)) + "</strong>. You can close this page.</p>\n");
}

std::string unsubscribe_unknown_page() {
  return page("This link is not valid",
              "<p>The address may have been cut in two. Open it again from the message, or answer the "
              "message with the "
              "word <em>unsubscribe</em>.</p>\n");
}

std::string masked_email(std::string_view email) {
  const auto at = email.rfind('@');
  if (at == std::string_view::npos || at == 0) return "this address";
  return std::string(utf8_prefix(email, 1)) + "•••" + std::string(email.substr(at));
}

}  // namespace outrider::tracking
