#include "levee/report/proxy_table.h"

#include "levee/report/words.h"

#include <fmt/core.h>

namespace levee::report {
namespace {

std::string with_error(double value, double error) {
  return fmt::format("{} ± {}", grouped(value, 2), grouped(error, 2));
}

std::string drawn(const std::optional<double>& value) {
  return known(value, [](double x) { return grouped(x, 2); });
}

}  // namespace

Table proxy_table(const hedge::ProxyTold& proxy) {
  Table table{fmt::format("The proxy: {} for {}", proxy.asset, proxy.token),
              {{"", Kind::name}, {"Measured"}, {"Scenarios"}, {"", Kind::words}},
              {},
              ""};
  const std::string none(nothing);
  table.rows = {
      {{"Beta", with_error(proxy.beta, proxy.beta_se), drawn(proxy.drawn_beta),
        fmt::format("of {} on {}, daily log returns; scenarios: to the horizon", proxy.token,
                    proxy.asset)}},
      {{"Beta down", with_error(proxy.beta_down, proxy.beta_down_se), none,
        fmt::format("on days when {} did worse than its mean", proxy.asset)}},
      {{"Correlation", with_error(proxy.correlation, proxy.correlation_se),
        drawn(proxy.drawn_correlation), "of the same returns"}},
      {{"R squared", percent(proxy.r_squared), none, "share of the variance that is hedgeable"}},
      {{"Basis a year", percent(proxy.basis_vol), none, "volatility that beta leaves"}},
      {{"CVaR by price", none, usd(proxy.cvar_price_usd),
        fmt::format("of positions and wallet by the price of {} alone, no fees", proxy.token)}},
      {{"CVaR along beta", none, usd(proxy.cvar_along_usd),
        "the same, had it moved along its beta: the part that can be hedged"}},
      {{"CVaR of the basis", none, usd(proxy.cvar_basis_usd),
        "of the difference, path by path: what a perfect hedge along beta would leave"}},
      {{"Mean of the basis", none, usd(proxy.mean_basis_usd), "of the same difference"}}};
  table.note = proxy.source;
  return table;
}

}  // namespace levee::report
