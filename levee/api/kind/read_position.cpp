// levee/api/kind/read_position.cpp — positions and pools as a chain holds them.
#include "levee/api/reading_files.h"
#include "levee/api/reading_told.h"
#include "levee/api/verb.h"
#include "levee/base/json.h"
#include "levee/chain/http.h"
#include "levee/chain/position_reader.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

namespace levee::api::kind {
namespace {

struct Ask {
  std::string rpc, nft, owner, pool, fork, block, chain;
  std::optional<int> version;
  int confirmations = 2;
  std::string position_contract, factory, pool_contract;
  std::string from_block, checkpoint;
  std::string book_out, pool_out, base, entry_time;
  std::optional<double> entry_price_usd;
  std::string ca_file;
  int tries = 6, timeout_seconds = 60;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("rpc", self.rpc, "the node's address, http(s)://...; TLS is always verified");
    visit("nft", self.nft, "the position with this number");
    visit("owner", self.owner, "all positions of this address");
    visit("pool", self.pool, "the pool at this address; version 4: of this 32-byte name");
    visit("version", self.version, "of Uniswap: 3 or 4 [3; 4 for a 32-byte pool]");
    visit("fork", self.fork, "pancakeswap: its version 3");
    visit("block", self.block, "read this block, not one near the newest");
    visit("confirmations", self.confirmations, "how far below the newest block is read");
    visit("chain", self.chain, "chain id the node must have");
    visit("position_manager", self.position_contract, "another contract of positions than known");
    visit("factory", self.factory, "version 3: another factory than known");
    visit("pool_manager", self.pool_contract, "version 4: another contract of pools than known");
    visit("from_block", self.from_block, "version 4, --owner: no position is older than this");
    visit("checkpoint", self.checkpoint, "version 4, --owner: a file to go on from if interrupted");
    visit("book_out", self.book_out, "write the positions as a book (TOML) for plan-hedge");
    visit("pool_out", self.pool_out, "write the pool's state and ticks (JSON) for --pool");
    visit("base", self.base, "the asset of the book, where positions are of several");
    visit("entry_price_usd", self.entry_price_usd, "price at entry, for the book");
    visit("entry_time", self.entry_time, "moment of entry, UTC, for the book");
    visit("ca_file", self.ca_file, "certificates to trust instead of the system's (PEM)");
    visit("tries", self.tries, "of one request before giving up");
    visit("timeout_seconds", self.timeout_seconds, "for one answer");
  }
};

Error about(std::string_view flag, const Error& error) {
  return fail(Reason::bad_input, fmt::format("--{}: {}", flag, error.message));
}

Result<Done> read_into(Address& field, const std::string& text, std::string_view flag) {
  if (text.empty()) return Done{};
  const auto address = address_from(text);
  if (!address) return about(flag, address.error());
  if (address->is_zero()) {
    return fail(Reason::bad_input, fmt::format("--{}: address 0 (nobody's)", flag));
  }
  field = *address;
  return Done{};
}

Result<Done> read_into(std::optional<std::uint64_t>& field, const std::string& text,
                       std::string_view flag) {
  if (text.empty()) return Done{};
  const auto number = u256_from(text);
  if (!number) return about(flag, number.error());
  if (!number->fits(63)) {
    return fail(Reason::bad_input, fmt::format("--{}: {} (too large)", flag, text));
  }
  field = number->low64();
  return Done{};
}

Result<chain::Family> family_of(const Ask& ask) {
  const bool by_id = ask.pool.size() == 66;
  const int version = ask.version.value_or(by_id ? 4 : 3);
  if (version != 3 && version != 4) {
    return fail(Reason::not_supported, fmt::format("--version: {} (3 or 4)", version));
  }
  if (ask.fork.empty()) {
    return version == 4 ? chain::Family::uniswap_v4 : chain::Family::uniswap_v3;
  }
  if (ask.fork != "pancakeswap" || version == 4) {
    return fail(Reason::not_supported,
                fmt::format("--fork: \"{}\", version {} (only pancakeswap, version 3)",
                            ask.fork.substr(0, 40), version));
  }
  return chain::Family::pancake_v3;
}

Result<chain::OwnerAsk> owner_of(const Ask& ask) {
  chain::OwnerAsk owner;
  if (const auto read = read_into(owner.owner, ask.owner, "owner"); !read) return read.error();
  std::optional<std::uint64_t> from;
  if (const auto read = read_into(from, ask.from_block, "from-block"); !read) return read.error();
  owner.from = from.value_or(0);
  owner.scan.checkpoint = ask.checkpoint;
  return owner;
}

Result<Done> read_what(const Ask& ask, chain::PositionAsk& out) {
  const std::array<const std::string*, 3> ways{&ask.nft, &ask.owner, &ask.pool};
  if (std::ranges::count_if(ways, [](const auto* way) { return !way->empty(); }) != 1) {
    return fail(Reason::bad_input, "what to read (give one of --nft, --owner and --pool)");
  }
  if (!ask.nft.empty()) {
    const auto number = u256_from(ask.nft);
    if (!number) return about("nft", number.error());
    out.what = chain::NftAsk{*number};
  } else if (!ask.owner.empty()) {
    const auto owner = owner_of(ask);
    if (!owner) return owner.error();
    out.what = *owner;
  } else if (ask.pool.size() == 66) {
    const auto id = bytes32_from(ask.pool);
    if (!id) return about("pool", id.error());
    out.what = chain::PoolIdAsk{*id};
  } else {
    chain::PoolAddressAsk pool;
    if (const auto read = read_into(pool.pool, ask.pool, "pool"); !read) return read.error();
    out.what = pool;
  }
  return Done{};
}

Result<chain::PositionAsk> question_of(const Ask& ask) {
  chain::PositionAsk out;
  if (const auto read = read_what(ask, out); !read) return read.error();
  const auto family = family_of(ask);
  if (!family) return family.error();
  out.family = *family;
  if (const auto read = read_into(out.chain, ask.chain, "chain"); !read) return read.error();
  if (const auto read = read_into(out.block, ask.block, "block"); !read) return read.error();
  if (ask.confirmations < 0) {
    return fail(Reason::out_of_range, "--confirmations (must not be negative)");
  }
  out.confirmations = static_cast<std::uint64_t>(ask.confirmations);
  const bool fourth = out.family == chain::Family::uniswap_v4;
  if (!(fourth ? ask.factory : ask.pool_contract).empty()) {
    return fail(Reason::bad_input, fourth ? "--factory (version 4 has none; --pool-manager)"
                                          : "--pool-manager (version 3 has none; --factory)");
  }
  auto read = read_into(out.positions, ask.position_contract, "position-manager");
  if (read) {
    read = fourth ? read_into(out.pools, ask.pool_contract, "pool-manager")
                  : read_into(out.pools, ask.factory, "factory");
  }
  if (!read) return read.error();
  const bool ticks = !ask.pool.empty() || !ask.pool_out.empty();
  out.depth = ticks ? chain::Depth::ticks : chain::Depth::numbers;
  return out;
}

Result<BookWish> book_wish(const Ask& ask) {
  BookWish wish{.base = ask.base, .entry = {}};
  if (ask.entry_price_usd.has_value() != !ask.entry_time.empty()) {
    return fail(Reason::bad_input,
                "--entry-price-usd and --entry-time (belong together; give both or none)");
  }
  if (!ask.entry_price_usd) return wish;
  if (!(*ask.entry_price_usd > 0)) {
    return fail(Reason::out_of_range, "--entry-price-usd (must be positive)");
  }
  const auto at = moment_from(ask.entry_time);
  if (!at) return about("entry-time", at.error());
  wish.entry = feed::BookEntry{Price{*ask.entry_price_usd}, *at};
  return wish;
}

std::string question_text(const Ask& ask, const chain::PositionAsk& question) {
  const std::string_view family = name_of(question.family);
  if (!ask.nft.empty()) return fmt::format("NFT {} of {}", ask.nft, family);
  if (!ask.owner.empty()) return fmt::format("{} positions of {}", family, ask.owner);
  return fmt::format("A pool of {}", family);
}

Result<chain::Reading> read(const Ask& ask, const chain::PositionAsk& question,
                            Progress& progress) {
  if (ask.rpc.empty()) {
    return fail(Reason::missing_data, "no node (give --rpc, e.g. http://127.0.0.1:8545)");
  }
  if (ask.tries < 1 || ask.timeout_seconds < 1 || ask.timeout_seconds > 3600) {
    return fail(Reason::out_of_range,
                "--tries, --timeout-seconds (at least 1; at most an hour for an answer)");
  }
  chain::HttpLimits limits;
  limits.answer_ms = 1000 * ask.timeout_seconds;
  limits.certificates = ask.ca_file;
  const auto wire = chain::http_to(ask.rpc, limits);
  if (!wire) return wire.error();
  chain::Sleep pause;
  chain::Patience patience;
  patience.tries = ask.tries;
  chain::Node node(**wire, pause, patience);
  return chain::read_positions(node, question, progress);
}

Result<Reply> run(std::span<const Given> given, const Wish& wish, Progress& progress) {
  const auto ask = ask_from<Ask>(given);
  if (!ask) return ask.error();
  const auto question = question_of(*ask);
  if (!question) return question.error();
  const auto book = book_wish(*ask);
  if (!book) return book.error();
  const auto reading = read(*ask, *question, progress);
  if (!reading) return reading.error();
  Reply reply;
  reply.json = json_of(told(*reading));
  reply.text = reading_text(*reading, question_text(*ask, *question),
                            wish.colour ? report::Colour::on : report::Colour::off);
  if (!ask->book_out.empty()) {
    auto text = book_of(*reading, *book);
    if (!text) return text.error();
    reply.files.push_back({ask->book_out, *std::move(text)});
  }
  if (!ask->pool_out.empty()) {
    auto text = pool_of(*reading);
    if (!text) return text.error();
    reply.files.push_back({ask->pool_out, *std::move(text)});
  }
  return reply;
}

}  // namespace

Entry read_position() {
  return {.name = "read-position",
          .about = "Read liquidity positions and pools from a chain, to the last unit.",
          .fields = fields_of<Ask>,
          .run = run,
          .assumes =
              "The node is believed: its answers are held against each other, not against proofs. "
              "Amounts are those of the block that is named."};
}

}  // namespace levee::api::kind
