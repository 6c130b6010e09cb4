#include "http/docs_page.h"

#include <string_view>

namespace outrider::http {
namespace {

// #embed is C++26; clang has it already. The files come from tools/fetch_docs_viewer.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wc23-extensions"
#if __has_embed("swagger-ui-bundle.js") && __has_embed("swagger-ui.css")
constexpr unsigned char kScriptBytes[] = {
#embed "swagger-ui-bundle.js"
};
constexpr unsigned char kStyleBytes[] = {
#embed "swagger-ui.css"
};
constexpr std::string_view kPage = R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Outrider API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/viewer.css">
</head>
<body>
<div id="viewer"></div>
<script src="/docs/viewer.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
)html";
#else
constexpr unsigned char kScriptBytes[] = {'\n'};
constexpr unsigned char kStyleBytes[] = {'\n'};
constexpr std::string_view kPage = R"html(<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Outrider API</title></head>
<body><p>This program was built without the API viewer (tools/fetch_docs_viewer).
The API is described in <a href="/openapi.json">/openapi.json</a>.</p></body>
</html>
)html";
#endif
#pragma clang diagnostic pop

// A file of its own, so that the page's policy can forbid inline scripts. validatorUrl would send the
// document to a public service.
constexpr std::string_view kStart = R"js(SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#viewer",
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  validatorUrl: null
});
)js";

template <std::size_t N>
std::string_view text_of(const unsigned char (&bytes)[N]) {
  return {reinterpret_cast<const char*>(bytes), N};
}

Route file(std::string path, std::string content_type, std::string_view text) {
  const auto send = [content_type, text](Context&) -> Result<Raw> {
    return Raw{.content_type = content_type,
               .headers = {{"Cache-Control", "no-cache"},
                           {"X-Content-Type-Options", "nosniff"},
                           {"Content-Security-Policy",
                            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
                            "frame-ancestors 'none'"}},
               .body = std::string(text)};
  };
  return route(Verb::Get, std::move(path), "The API page.", send).at_root().keyless().hidden();
}

Result<Raw> lead_to_docs(Context&) {
  return Raw{.status = 302, .content_type = {}, .headers = {{"Location", "/docs"}}};
}

}  // namespace

std::vector<Route> docs_routes() {
  return {
      file("/docs", "text/html; charset=utf-8", kPage),
      file("/docs/start.js", "text/javascript; charset=utf-8", kStart),
      file("/docs/viewer.js", "text/javascript; charset=utf-8", text_of(kScriptBytes)),
      file("/docs/viewer.css", "text/css; charset=utf-8", text_of(kStyleBytes)),
      route(Verb::Get, "/", "The API page.", lead_to_docs).at_root().keyless().hidden().inline_ok(),
  };
}

}  // namespace outrider::http
