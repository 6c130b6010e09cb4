// Lists as one query argument: JSON for the dialect words json_list and json_ints.
#pragma once

#include <concepts>
#include <ranges>
#include <string>
#include <string_view>

#include "wire/json.h"

namespace outrider::leads {

template <std::ranges::input_range Range>
std::string json_list(const Range& values) {
  std::string json;
  wire::Writer writer(json);
  writer.begin_list();
  for (const auto& value : values) {
    if constexpr (std::integral<std::ranges::range_value_t<Range>>)
      writer.value(value);
    else
      writer.value(std::string_view(value));
  }
  writer.end_list();
  return json;
}

}  // namespace outrider::leads
