#include "inbox/search_words.h"

#include <doctest/doctest.h>

namespace outrider::inbox {
namespace {

TEST_CASE("words are split, folded and kept once") {
  struct {
    const char* text;
    std::vector<std::string> words;
  } cases[] = {
      {"", {}},
      {" .,-\n", {}},
      {"Nora.Lindqvist@Harborline.example", {"nora", "lindqvist", "harborline", "example"}},
      {"Re: re RE budget", {"re", "budget"}},
      {"100% sûr, ÅÄÖ", {"100", "sur", "aao"}},
      {"e\u0301te\u0301 \u00e9t\u00e9", {"ete"}},
      {"Straße STRASSE Œuvre Łódź Ørsted Þór", {"strasse", "oeuvre", "lodz", "orsted", "thor"}},
      {"Nguyễn", {"nguyen"}},
      {"Αθήνα ΑΘΉΝΑ", {"αθηνα"}},
      {"Ещё ЕЩЕ Мой", {"еще", "мои"}},
      {"会議室", {"会議", "議室", "室"}},
      {"ABC会議 x", {"abc", "会議", "議", "x"}},
      {"ＡＢＣ　１２３", {"abc", "123"}},
      {"ship\U0001F680it", {"ship", "it"}},
      {"a\u200Bb co\u00ADop", {"ab", "coop"}},
      {"bad \xff byte", {"bad", "byte"}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    CHECK(search_words(c.text) == c.words);
  }
}

TEST_CASE("long words and long texts are cut") {
  const auto words = search_words(std::string(200, 'x') + " y");
  REQUIRE(words.size() == 2);
  CHECK(words[0].size() == kSearchWordBytesMax);
  CHECK(search_words("one two three four", 8) == std::vector<std::string>{"one", "two"});
}

}  // namespace
}  // namespace outrider::inbox
