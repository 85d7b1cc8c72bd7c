#include "levee/feed/number.h"
#include "levee/feed/pool_file.h"
#include "levee/feed/shown.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

#include <fmt/core.h>

namespace levee::feed {
namespace {

using Json = nlohmann::json;

auto line_at(const std::string& text, std::size_t at) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(at, text.size()));
  return 1 + std::count(text.begin(), end, '\n');
}

// The fields of one object. The first thing wrong with them is kept, as RowReader does.
class Reader {
 public:
  Reader(const TextFile& file, const Json& object) : file_(&file), object_(&object) {}

  const std::optional<Error>& fault() const { return fault_; }

  void refuse(Reason reason, std::string_view key, std::string_view problem) {
    if (fault_) return;
    const auto place = [&](std::string_view word, std::size_t from) {
      const auto found = file_->text.find(fmt::format("\"{}\"", word), from);
      return found == std::string::npos ? from : found;
    };
    const auto line = line_at(file_->text, place(key, place(inside_, 0)));
    fault_ = fail(reason, fmt::format("{}:{}: {} {}", file_->path, line, key, problem));
  }

  // An integer beyond 64 bits stands as a number or as text: both are read as a double.
  double number(const Json& object, std::string_view key, const Measure& measure) {
    const auto found = object.find(key);
    if (found == object.end()) {
      refuse(Reason::bad_input, key, fmt::format("is missing ({})", measure.unit));
    } else if (found->is_number()) {
      const auto value = found->get<double>();
      if (const auto fault = fault_of(value, measure)) {
        refuse(Reason::bad_input, key, fmt::format("{} {}", value, *fault));
      }
      return value;
    } else if (found->is_string()) {
      const auto value = number_from(found->get_ref<const std::string&>(), measure);
      if (value) return *value;
      refuse(Reason::bad_input, key, value.error().message);
    } else {
      refuse(Reason::bad_input, key, fmt::format("is not a number ({})", measure.unit));
    }
    return 0;
  }

  std::string_view text(const Json& object, std::string_view key) {
    const auto found = object.find(key);
    if (found != object.end() && found->is_string()) {
      const auto& words = found->get_ref<const std::string&>();
      if (!holds_control(words)) return words;
    }
    refuse(Reason::bad_input, key, "is missing or not plain text");
    return {};
  }

  PoolToken token(std::string_view key) {
    const auto found = object_->find(key);
    if (found == object_->end() || !found->is_object()) {
      refuse(Reason::bad_input, key, "is missing (an object with symbol and decimals)");
      return {};
    }
    inside_ = key;
    const Measure digits{.unit = "decimals, 0 to 36", .sign = Sign::not_negative, .most = 36};
    const PoolToken token{.symbol = text(*found, "symbol"),
                          .decimals = static_cast<int>(number(*found, "decimals", digits))};
    inside_ = {};
    return token;
  }

 private:
  const TextFile* file_;
  const Json* object_;
  std::string_view inside_;  // The object being read, to find its keys' lines.
  std::optional<Error> fault_;
};

}  // namespace

Result<market::PoolState> pool_from_json(const TextFile& file, const PoolAsk& ask) {
  Json object;
  try {
    object = Json::parse(file.text);
  } catch (const Json::parse_error& error) {
    return fail(Reason::bad_input, fmt::format("{}:{}: not JSON (near byte {})", file.path,
                                               line_at(file.text, error.byte), error.byte));
  } catch (const Json::out_of_range&) {
    return fail(Reason::bad_input,
                fmt::format("{}: not JSON (a number is beyond what a double holds)", file.path));
  }
  if (!object.is_object()) {
    return fail(Reason::bad_input, fmt::format("{}:1: not a JSON object", file.path));
  }
  Reader reader(file, object);
  const Measure root{.unit = "square root of the raw price times 2^96", .sign = Sign::positive};
  const Measure raw{.unit = "raw liquidity", .sign = Sign::not_negative};
  const double sqrt_price = reader.number(object, "sqrtPriceX96", root);
  const double liquidity = reader.number(object, "liquidity", raw);
  const PoolToken token0 = reader.token("token0"), token1 = reader.token("token1");
  // Some recorders add a remark behind the date, such as "(commit date)".
  std::string_view date = reader.text(object, "snapshot_date");
  date = date.substr(0, date.find(" ("));
  const auto at = moment_from(date, DayEdge::last_second);
  if (!at) reader.refuse(Reason::bad_input, "snapshot_date", at.error().message);
  if (reader.fault()) return *reader.fault();

  const auto pair = pair_of(token0, token1, ask);
  if (!pair) return fail(pair.error().reason, file.path + ": " + pair.error().message);
  if (*at > ask.at) {
    return fail(Reason::missing_data, fmt::format("{}: its state is of {}, not yet known at {}",
                                                  file.path, text_of(*at), text_of(ask.at)));
  }
  market::PoolState state{.price = amm::price_of_sqrt_x96(sqrt_price, pair->quoting),
                          .at = *at,
                          .active_liquidity = {},
                          .fees = {},
                          .source = file.path};
  if (liquidity > 0) state.active_liquidity = amm::human_liquidity(liquidity, pair->quoting);
  return state;
}

}  // namespace levee::feed
