#include "levee/book/token_sale.h"

#include "levee/base/wide.h"
#include "levee/book/lp_account.h"

namespace levee::book {

U256 sale_at_price(const TokenSale& sale) {
  const U256 million{1'000'000};
  const U256 net = *mul_div(sale.amount, million - U256{sale.fee.value()}, million, Round::down);
  return *worth_of({{net, {}}, sale.price, Worth::in_token1});
}

U256 sale_into(const TokenSale& sale, u128 liquidity) {
  if (sale.amount.is_zero() || liquidity == 0) return {};
  const auto step = amm::swap_step(
      {sale.price, amm::sqrt_price_min, liquidity, I256::positive(sale.amount), sale.fee});
  return step ? step->amount_out : U256{};
}

std::optional<u128> liquidity_behind(const TokenSale& sale, const U256& brings) {
  constexpr u128 most = static_cast<u128>(1) << 120;
  if (sale_into(sale, most) <= brings) return std::nullopt;
  // More liquidity never brings less.
  const auto first = [&](auto is_enough) {
    u128 low = 0, high = most;
    while (low < high) {
      const u128 middle = low + (high - low) / 2;
      const bool enough = is_enough(sale_into(sale, middle));
      (enough ? high : low) = enough ? middle : middle + 1;
    }
    return low;
  };
  const u128 begin = first([&](const U256& got) { return got >= brings; });
  const u128 end = first([&](const U256& got) { return got > brings; });
  if (begin == end) return std::nullopt;
  return begin + (end - begin) / 2;
}

}  // namespace levee::book
