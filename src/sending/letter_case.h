// Upper and lower case of names in UTF-8 for Latin, Greek and Cyrillic, without a locale. Other letters stay
// as they are.
#pragma once

#include <string>
#include <string_view>

namespace outrider::sending {

std::string upper_case(std::string_view text);
std::string lower_case(std::string_view text);
/// The first letter upper case, the rest lower case, as Liquid's `capitalize`.
std::string capitalized(std::string_view text);

}  // namespace outrider::sending
