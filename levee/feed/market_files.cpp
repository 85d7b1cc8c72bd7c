#include "levee/feed/market_files.h"

#include "levee/feed/chain_file.h"
#include "levee/feed/hazard_file.h"
#include "levee/feed/pool_file.h"
#include "levee/feed/protocol_file.h"
#include "levee/feed/reaction_file.h"
#include "levee/feed/series_file.h"
#include "levee/feed/shown.h"
#include "levee/feed/toml_file.h"
#include "levee/feed/vol_future_file.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <span>
#include <string_view>
#include <system_error>

#include <fmt/core.h>

namespace levee::feed {
namespace {

constexpr Seconds age_max = hours(36);
constexpr std::array<std::string_view, 2> csv_endings{".csv", ".csv.gz"};
constexpr std::array<std::string_view, 3> pool_endings{".csv", ".csv.gz", ".json"};
constexpr std::array<std::string_view, 1> toml_ending{".toml"};
constexpr std::array<std::string_view, 1> json_ending{".json"};

// A part of a market folder: its file's name, where its path goes, how the name may end.
struct Part {
  std::string_view stem;
  std::string* path;
  std::span<const std::string_view> endings;
};

// The parts as they will be read, and what the folder says about itself.
struct Parts {
  MarketFiles files;
  std::string base;
  std::string quote;
  std::string label;
  bool model_made = false;
};

// The folder's file for a part, empty if it has none.
Result<std::string> part_in(const std::string& folder, std::string_view stem,
                            std::span<const std::string_view> endings) {
  std::string found;
  for (const std::string_view ending : endings) {
    const auto path = fmt::format("{}/{}{}", folder, stem, ending);
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) continue;
    if (!found.empty()) {
      return fail(Reason::bad_input,
                  fmt::format("{}: stands beside {} (which one is meant?)", path, found));
    }
    found = path;
  }
  return found;
}

Result<Done> read_label(const std::string& path, Parts& parts) {
  constexpr std::array<std::string_view, 4> keys{"label", "model_made", "base", "quote"};
  auto document = read_toml(path);
  if (!document) return document.error();
  TomlTable root = root_of(**document);
  root.only(keys);
  parts.label = root.text_if("label", "what reports call the market").value_or("");
  parts.model_made = root.flag_if("model_made", "made by a model, not observed").value_or(false);
  const auto base = root.text_if("base", "the asset, ETH");
  if (base && !parts.base.empty() && *base != parts.base) {
    root.refuse("base", fmt::format("{} is not the book's {}", shown(*base), shown(parts.base)));
  }
  parts.base = base.value_or(parts.base);
  const auto quote = root.text_if("quote", "the dollar token, USDC");
  if (parts.quote.empty()) parts.quote = quote.value_or("");
  if (root.fault()) return *root.fault();
  return Done{};
}

// What the flags leave open is taken from the folder.
Result<Done> take_folder(const std::string& folder, Parts& parts) {
  std::error_code ignored;
  if (!std::filesystem::exists(folder, ignored)) {
    return fail(Reason::unreachable, fmt::format("{}: no such folder", folder));
  }
  if (!std::filesystem::is_directory(folder, ignored)) {
    return fail(Reason::bad_input, fmt::format("{}: is a file (--market wants a folder)", folder));
  }
  MarketFiles& files = parts.files;
  bool used = false;
  const std::array<Part, 12> wanted{{{"chain", &files.chain, csv_endings},
                                     {"pool", &files.pool, pool_endings},
                                     {"history", &files.history, csv_endings},
                                     {"funding", &files.funding, csv_endings},
                                     {"iv_index", &files.iv_index, csv_endings},
                                     {"gas", &files.gas, csv_endings},
                                     {"pool_days", &files.pool_days, csv_endings},
                                     {"protocol", &files.protocol, toml_ending},
                                     {"hazard", &files.hazard, json_ending},
                                     {"covers", &files.covers, toml_ending},
                                     {"vol_futures", &files.vol_futures, toml_ending},
                                     {"reaction", &files.reaction, json_ending}}};
  for (const Part& part : wanted) {
    if (!part.path->empty()) continue;
    auto found = part_in(folder, part.stem, part.endings);
    if (!found) return found.error();
    *part.path = *std::move(found);
    used = used || !part.path->empty();
  }
  const auto label = part_in(folder, "market", toml_ending);
  if (!label) return label.error();
  if (!label->empty() && used) return read_label(*label, parts);
  return Done{};
}

Result<Parts> parts_of(const MarketAsk& ask) {
  Parts parts{.files = ask.files, .base = ask.base, .quote = ask.quote, .label = {}};
  if (!ask.files.market.empty()) {
    const auto taken = take_folder(ask.files.market, parts);
    if (!taken) return taken.error();
  }
  if (ask.without_chain && !parts.files.chain.empty()) {
    return fail(
        Reason::bad_input,
        fmt::format("{}: options of {} itself (a proxy is for an asset that has none) leave "
                    "the chain out, or the proxy",
                    parts.files.chain, parts.base.empty() ? "the base" : parts.base));
  }
  if (parts.files.chain.empty() && !ask.without_chain) {
    return fail(Reason::missing_data,
                ask.files.market.empty()
                    ? std::string("no option chain (give --market or --chain)")
                    : fmt::format("{}: no chain.csv or chain.csv.gz (give it, or --chain)",
                                  ask.files.market));
  }
  if (parts.base.empty()) {
    return fail(Reason::missing_data, "no base asset (name it in the book or in market.toml)");
  }
  return parts;
}

using Read = Result<market::Series> (*)(const std::string&, const SeriesAsk&);

Result<Done> add_series(const std::string& path, Read read, std::optional<market::Series>& series,
                        market::Snapshot& snapshot) {
  if (path.empty()) return Done{};
  auto found = read(path, {.at = snapshot.at, .stale = snapshot.stale});
  if (!found) return found.error();
  snapshot.source += "; " + found->source;
  series = *std::move(found);
  return Done{};
}

Result<Done> add_pool(const MarketAsk& ask, const std::string& path, market::Snapshot& snapshot) {
  if (path.empty()) return Done{};
  auto pool = read_pool(
      path,
      {.at = snapshot.at, .stale = snapshot.stale, .base = snapshot.base, .quoting = ask.quoting});
  if (!pool) return pool.error();
  // A pool of another pair or quoted upside down is off by orders of magnitude, not by a move.
  const double ratio = pool->price.value() / snapshot.spot.value();
  if (!(ratio > 0.5 && ratio < 2)) {
    return fail(Reason::bad_input,
                fmt::format("{}: pool price {:.6g} against an index of {:.6g} USD (another pair, "
                            "or quoted upside down?)",
                            path, pool->price.value(), snapshot.spot.value()));
  }
  snapshot.source += "; " + pool->source;
  snapshot.pool = *std::move(pool);
  return Done{};
}

Result<Done> add_pool_days(const std::string& path, market::Snapshot& snapshot) {
  if (path.empty()) return Done{};
  auto found = read_pool_days(path, {.at = snapshot.at, .stale = snapshot.stale});
  if (!found) return found.error();
  snapshot.source += "; " + path;
  snapshot.volume = std::move(found->volume);
  snapshot.depth = std::move(found->depth);
  return Done{};
}

// Models of the file, and with a fit of everything else that holdings stand on.
Result<Done> add_protocols(const MarketFiles& files, std::span<const std::string> nodes,
                           market::Snapshot& snapshot) {
  std::optional<hazard::KeptFit> fit;
  FailureAsk ask{.quote = snapshot.quote, .at = snapshot.at};
  if (!files.hazard.empty()) {
    auto kept = read_hazard(files.hazard);
    if (!kept) return kept.error();
    fit = *std::move(kept);
    ask.fit = &*fit;
    snapshot.source += "; " + files.hazard;
  }
  if (!files.protocol.empty()) {
    auto failures = read_failures(files.protocol, ask);
    if (!failures) return failures.error();
    snapshot.source += "; " + files.protocol;
    snapshot.protocols = std::move(failures->protocols);
    snapshot.depeg = std::move(failures->depeg);
  }
  std::vector<std::string> named;
  if (fit) named.assign(nodes.begin(), nodes.end());
  if (snapshot.depeg && !snapshot.depeg->with.empty()) named.push_back(snapshot.depeg->with);
  const auto done = add_missing(named, ask, snapshot.protocols);
  const std::string& file = fit ? files.hazard : files.protocol;
  if (!done) return fail(done.error().reason, fmt::format("{}: {}", file, done.error().message));
  return Done{};
}

Result<Done> add_reaction(const std::string& path, market::Snapshot& snapshot) {
  if (path.empty()) return Done{};
  auto reaction = read_reaction(path);
  if (!reaction) return reaction.error();
  if (snapshot.at < reaction->until) {
    return fail(Reason::bad_input,
                fmt::format("{}: knows what happened until {}, the market is of {} (study events "
                            "--until an earlier day)",
                            path, text_of(reaction->until), text_of(snapshot.at)));
  }
  snapshot.source += "; " + path;
  snapshot.reaction = *std::move(reaction);
  return Done{};
}

// Cover is for what is known to fail.
Result<Done> add_covers(const std::string& path, market::Snapshot& snapshot) {
  if (path.empty()) return Done{};
  auto offers = read_covers(path);
  if (!offers) return offers.error();
  for (const market::CoverOffer& offer : *offers) {
    for (const std::string& name : {offer.protocol, offer.provider}) {
      const bool known =
          name.empty() || std::ranges::any_of(snapshot.protocols, [&](const auto& model) {
            return model.protocol == name;
          });
      if (known) continue;
      return fail(Reason::missing_data,
                  fmt::format("{}: {} names {}, of which there is no failure model (give one with "
                              "--protocol)",
                              path, shown(offer.name), shown(name)));
    }
  }
  snapshot.source += "; " + path;
  snapshot.covers = *std::move(offers);
  return Done{};
}

Result<Done> add_vol_futures(const std::string& path, market::Snapshot& snapshot) {
  if (path.empty()) return Done{};
  auto quotes = read_vol_futures(path, snapshot.at);
  if (!quotes) return quotes.error();
  snapshot.source += "; " + path;
  snapshot.vol_futures = *std::move(quotes);
  return Done{};
}

// Moment, spot and options as the newest chain has them.
Result<market::Snapshot> from_chain(const MarketAsk& ask, const Parts& parts) {
  const MarketFiles& files = parts.files;
  auto chain = read_chain(files.chain, {.base = parts.base, .at = ask.at});
  if (!chain) return chain.error();
  if (ask.at && *ask.at - chain->at > age_max && ask.stale == market::Stale::refuse) {
    return fail(Reason::stale_data,
                fmt::format("{}: its newest {} snapshot not after {} is of {}, more than 36 hours "
                            "before (give a newer chain, or --stale-ok to use it)",
                            files.chain, parts.base, text_of(*ask.at), text_of(chain->at)));
  }
  market::Snapshot snapshot{
      .at = chain->at,
      .base = parts.base,
      .quote = parts.quote,
      .spot = chain->spot,
      .chain = std::move(chain->quotes),
      .earlier = std::move(chain->earlier),
      .pool = {},
      .history = {},
      .iv_index = {},
      .funding = {},
      .protocols = {},
      .source = parts.label.empty() ? chain->source : parts.label + "; " + chain->source,
      .model_made = parts.model_made,
      .stale = ask.stale};
  if (!market::is_quoted(snapshot.chain)) {
    snapshot.source += " (hardly anything is bid and asked: smiles are fitted to its marks)";
  }
  return snapshot;
}

// Another market's moment, and the last close before it.
Result<market::Snapshot> from_prices(const MarketAsk& ask, const Parts& parts) {
  const UnixSeconds at = *ask.without_chain;
  const std::string& path = parts.files.history;
  if (path.empty()) {
    return fail(Reason::missing_data,
                fmt::format("no prices of {} (without options they are all that is known of it) "
                            "give --history",
                            parts.base));
  }
  const auto history = read_history(path, {.at = at, .stale = ask.stale});
  if (!history) return history.error();
  const UnixSeconds last = history->at.back();
  if (at - last > std::max(hours(1), history->step) && ask.stale == market::Stale::refuse) {
    return fail(
        Reason::stale_data,
        fmt::format("{}: its last close is of {}, the proxy's market of {} (both must be of "
                    "one moment) give prices up to then, or --stale-ok",
                    path, text_of(last), text_of(at)));
  }
  market::Snapshot snapshot;
  snapshot.at = at;
  snapshot.base = parts.base;
  snapshot.quote = parts.quote;
  snapshot.spot = Price{history->value.back()};
  snapshot.source = parts.label.empty() ? "prices alone" : parts.label + "; prices alone";
  snapshot.model_made = parts.model_made;
  snapshot.stale = ask.stale;
  return snapshot;
}

}  // namespace

Result<market::Snapshot> read_market(const MarketAsk& ask) {
  auto parts = parts_of(ask);
  if (!parts) return parts.error();
  const MarketFiles& files = parts->files;
  auto begun = ask.without_chain ? from_prices(ask, *parts) : from_chain(ask, *parts);
  if (!begun) return begun.error();
  market::Snapshot snapshot = *std::move(begun);
  const auto add = [&](const std::string& path, Read read, auto& series) {
    return add_series(path, read, series, snapshot);
  };
  if (auto done = add_pool(ask, files.pool, snapshot); !done) return done.error();
  if (auto done = add(files.history, read_history, snapshot.history); !done) return done.error();
  if (auto done = add(files.funding, read_funding, snapshot.funding); !done) return done.error();
  if (auto done = add(files.iv_index, read_iv_index, snapshot.iv_index); !done) {
    return done.error();
  }
  if (auto done = add(files.gas, read_gas, snapshot.gas); !done) return done.error();
  if (auto done = add_pool_days(files.pool_days, snapshot); !done) return done.error();
  if (auto done = add_protocols(files, ask.nodes, snapshot); !done) return done.error();
  if (auto done = add_covers(files.covers, snapshot); !done) return done.error();
  if (auto done = add_vol_futures(files.vol_futures, snapshot); !done) return done.error();
  if (auto done = add_reaction(files.reaction, snapshot); !done) return done.error();
  return snapshot;
}

}  // namespace levee::feed
