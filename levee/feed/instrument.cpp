#include "levee/feed/instrument.h"

#include "levee/feed/number.h"
#include "levee/feed/shown.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

namespace levee::feed {

Result<OptionName> option_from(std::string_view name) {
  const auto refused = [&](std::string_view why) {
    return fail(Reason::bad_input,
                fmt::format("{} is not an option's name ({}; a name reads ETH-27FEB26-2500-P)",
                            shown(name), why));
  };
  std::array<std::string_view, 4> parts;
  std::string_view rest = name;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t dash = i + 1 < parts.size() ? rest.find('-') : rest.size();
    if (dash == std::string_view::npos) return refused("four parts are wanted");
    parts[i] = rest.substr(0, dash);
    rest.remove_prefix(std::min(dash + 1, rest.size()));
  }
  const auto& [currency, expiry, strike, type] = parts;
  if (currency.empty()) return refused("no currency");
  if (type != "C" && type != "P") return refused("its last part is C or P");
  const auto moment = expiry_from(expiry);
  if (!moment) return refused(moment.error().message);
  const auto price = number_from(strike, {.unit = "strike, USD", .sign = Sign::positive});
  if (!price) return refused(price.error().message);
  return OptionName{.currency = currency,
                    .contract = {.type = type == "C" ? option::Type::call : option::Type::put,
                                 .strike = Price{*price},
                                 .expiry = *moment}};
}

}  // namespace levee::feed
