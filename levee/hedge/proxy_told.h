// levee/hedge/proxy_told.h — what there is to say of an asset that hedges for another.
#pragma once
#include <optional>
#include <string>

namespace levee::hedge {

/// The proxy, for someone who has to judge it.
struct ProxyTold {
  std::string asset, token;
  double asset_usd = 0, token_usd = 0;
  double beta = 0, beta_se = 0;
  double beta_down = 0, beta_down_se = 0;
  double correlation = 0, correlation_se = 0;
  double r_squared = 0, basis_vol = 0;
  double days = 0;
  std::optional<double> drawn_beta{}, drawn_correlation{};
  double cvar_price_usd = 0, cvar_along_usd = 0, cvar_basis_usd = 0, mean_basis_usd = 0;
  std::string source, sentence;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("asset", self.asset, "what the hedge is on");
    visit("token", self.token, "what it stands for");
    visit("asset_usd", self.asset_usd, "its index");
    visit("token_usd", self.token_usd, "the token's price");
    visit("beta", self.beta, "of the token's daily log returns on the proxy's, least squares");
    visit("beta_se", self.beta_se, "its standard error, for days of unequal variance");
    visit("beta_down", self.beta_down, "over days on which the proxy did worse than its mean");
    visit("beta_down_se", self.beta_down_se, "its standard error");
    visit("correlation", self.correlation, "of the same returns");
    visit("correlation_se", self.correlation_se, "its standard error");
    visit("r_squared", self.r_squared, "share of the token's variance that the proxy explains");
    visit("basis_vol", self.basis_vol, "what it does not explain, volatility a year");
    visit("days", self.days, "common days it was fitted to");
    visit("drawn_beta", self.drawn_beta, "the same slope on the scenarios, to the horizon");
    visit("drawn_correlation", self.drawn_correlation, "and the correlation there");
    visit("cvar_price_usd", self.cvar_price_usd,
          "of what positions and wallet lose by the token's price alone, no fees, set chosen on");
    visit("cvar_along_usd", self.cvar_along_usd, "the same, had the token moved along its beta");
    visit("cvar_basis_usd", self.cvar_basis_usd,
          "of the difference, path by path: what a perfect hedge along beta would leave");
    visit("mean_basis_usd", self.mean_basis_usd, "and its mean");
    visit("source", self.source, "of what, from when to when");
    visit("sentence", self.sentence, "the same in words");
  }
};

}  // namespace levee::hedge
