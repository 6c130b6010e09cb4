// bench: sending core
//
// Renderings a second on one core: a template of some 460 bytes with merge fields and spintax. The peer is
// what most tools do, a regular expression per kind of tag in Node, on the same leads in the same run.
//
//   build/release/bench_render [PEER.js]     the peer is bench/render_peer.js unless named
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "sending/template.h"

namespace {

using namespace outrider::sending;
using Steady = std::chrono::steady_clock;

constexpr int kRuns = 5;
constexpr int kLeads = 1000;
constexpr int kRounds = 300;

// Also in render_peer.js: both sides must render the same.
constexpr std::string_view kTemplate =
    "<p>{Hi|Hello|Good morning} {{first_name | default: \"there\"}},</p><p>{I saw|I noticed|We noticed} that "
    "{{company_name}} is {growing|hiring} in {{city}}. {Teams like yours|Companies in {{industry}}} often "
    "lose "
    "{hours|days} every week on {returns|empty runs|paperwork}, and {{company_name}} may be {one of them|no "
    "exception}.</p><p>{Worth a call|Open to a short call|Shall we talk} this week? I can show {you|you, "
    "{{first_name}},} what we did for others.</p><p>Sam</p>";

std::vector<Fields> make_leads() {
  std::vector<Fields> leads(kLeads);
  for (int i = 0; i < kLeads; ++i) {
    const std::string number = std::to_string(i);
    leads[static_cast<std::size_t>(i)].add("email", "lead" + number + "@example.com");
    leads[static_cast<std::size_t>(i)].add("last_name", "Lovelace" + number);
    leads[static_cast<std::size_t>(i)].add("phone_number", "+1 555 " + number);
    leads[static_cast<std::size_t>(i)].add("website", "https://company" + number + ".example.com");
    leads[static_cast<std::size_t>(i)].add("first_name", i % 10 == 0 ? "" : "Ada" + number);
    leads[static_cast<std::size_t>(i)].add("company_name", "Engines & Sons " + number);
    leads[static_cast<std::size_t>(i)].add("city", "New York");
    leads[static_cast<std::size_t>(i)].add("industry", "Logistics");
  }
  return leads;
}

struct Figure {
  double per_second = 0;
  std::size_t bytes = 0;  // of all texts of one round
};

Figure run_once(const Template& compiled, const std::vector<Fields>& leads) {
  const Sender sender{.name = "Sam", .email = "sam@example.com", .signature_html = {}, .signature_text = {}};
  Output out;
  Figure figure;
  const auto start = Steady::now();
  for (int round = 0; round < kRounds; ++round) {
    for (std::size_t i = 0; i < leads.size(); ++i) {
      out.clear();
      const auto rendered = compiled.render({.fields = leads[i],
                                             .sender = sender,
                                             .now = {},
                                             .last_touch = {},
                                             .unsubscribe_url = {},
                                             .seed = static_cast<std::uint64_t>(round) * leads.size() + i},
                                            out);
      if (!rendered) std::abort();
      figure.bytes += out.text.size();
    }
  }
  const std::chrono::duration<double> took = Steady::now() - start;
  figure.per_second = kRounds * kLeads / took.count();
  figure.bytes /= kRounds;
  return figure;
}

/// One run of the peer: it prints its renderings a second.
double run_peer(const std::string& script) {
  FILE* pipe = ::popen(("node " + script).c_str(), "r");
  if (pipe == nullptr) return 0;
  double per_second = 0;
  const int read = std::fscanf(pipe, "%lf", &per_second);
  ::pclose(pipe);
  return read == 1 ? per_second : 0;
}

void print_row(const char* name, std::array<double, kRuns> figures) {
  std::ranges::sort(figures);
  std::printf("%-34s %12.0f %12.0f %12.0f\n", name, figures[kRuns / 2], figures.front(), figures.back());
}

}  // namespace

int main(int argc, char** argv) {
  const auto compiled = Template::compile(kTemplate, Medium::Html);
  if (!compiled) {
    std::fprintf(stderr, "%s\n", compiled.error().message.c_str());
    return 1;
  }
  const auto leads = make_leads();
  std::array<double, kRuns> ours{};
  std::array<double, kRuns> peers{};
  std::size_t bytes = 0;
  for (std::size_t run = 0; run < kRuns; ++run) {
    const Figure figure = run_once(*compiled, leads);
    ours[run] = figure.per_second;
    bytes = figure.bytes / leads.size();
    peers[run] = run_peer(argc > 1 ? argv[1] : "bench/render_peer.js");
  }
  std::printf("template %zu bytes, text %zu bytes, %d runs\n", kTemplate.size(), bytes, kRuns);
  std::printf("%-34s %12s %12s %12s\n", "renderings a second, one core", "median", "least", "most");
  print_row("outrider", ours);
  print_row("Node, regular expressions", peers);
  return 0;
}
