#include "tests/chain_live/unlocker.h"

#include <algorithm>
#include <stdexcept>

namespace levee::test {
namespace {

// From an account: the first word is a contract, the rest is sent to it and its answer given back.
// From the contract of pools, unlockCallback(bytes): a word that says whether to end in a revert,
// then the calls, each a word of address, a word of size and the input. Each outcome (a word: done
// or not, a word of size, the bytes) is written behind the last one, from byte 64 on. Word 0 of
// memory is where the next outcome goes, word 1 where the next call stands.
constexpr std::string_view code =
    "0x5f3560e01c6391dd734614602e57"  // if the selector is unlockCallback's: callback
    "60203603"                        // size - 32
    "8060205f37"                      // the input but its first word, to 0
    "5f5f825f345f355af1"              // call(gas, first word, value, 0, size - 32, 0, 0)
    "3d5f5f3e"                        // its answer, to 0
    "602a573d5ffd5b3d5ff3"            // returned, or reverted with
    "5b60405f526064602052"            // callback: outcomes from 64, calls from 100 on
    "5b6024356044016020511015608657"  // next: if no call is left: end
    "6020518060200135"                // place, size
    "80826040015f5137"                // the input, to where the outcome goes
    "5f5f825f515f86355af1"            // call(gas, address, 0, there, size, 0, 0)
    "5f51523d5f5160200152"            // done or not; size of the answer
    "3d5f5f516040013e"                // the answer
    "01604001602052"                  // place + 64 + size
    "3d6040015f51015f52603856"        // outcomes + 64 + size of the answer; next
    "5b604435609c57"                  // end: if to end in a revert: told
    "5f516040810360205260205f525ff3"  // return, as bytes
    "5b60405f51036040fd";             // told: revert with the outcomes

void append(chain::Bytes& all, const U256& word) {
  const Bytes32 bytes = bytes_of(word);
  all.insert(all.end(), bytes.bytes.begin(), bytes.bytes.end());
}

void append(chain::Bytes& all, const chain::Bytes& more) {
  all.insert(all.end(), more.begin(), more.end());
}

U256 word_at(const chain::Bytes& bytes, std::size_t at) {
  Bytes32 word;
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), word.bytes.size(),
              word.bytes.begin());
  return number_of(word);
}

}  // namespace

void place_code(World& world, const Address& at, const Json& code) {
  const bool anvil = world.node().engine() == Engine::anvil;
  world.ask(anvil ? "anvil_setCode" : "hardhat_setCode", Json::array({text_of(at), code}));
}

Unlocker::Unlocker(World& world, const Address& pools, const Address& at)
    : world_(&world), pools_(pools), at_(at) {
  place_code(world, at, code);
}

Deed Unlocker::deed(const std::vector<InnerCall>& calls, Ending ending) const {
  chain::Bytes told;
  append(told, U256{ending == Ending::revert ? 1 : 0});
  for (const InnerCall& call : calls) {
    append(told, number_of(chain::word_of(call.to)));
    append(told, U256{call.input.size()});
    append(told, call.input);
  }
  Deed deed{world_->account(0), at_, {}, {}};
  append(deed.input, number_of(chain::word_of(pools_)));
  append(deed.input, chain::call_of("unlock(bytes)", {told}));
  return deed;
}

std::vector<InnerOutcome> Unlocker::trial(const std::vector<InnerCall>& calls) const {
  const chain::Bytes told = world_->call(deed(calls, Ending::revert)).output;
  std::vector<InnerOutcome> outcomes;
  constexpr std::size_t head = 64;
  for (std::size_t at = 0; at + head <= told.size();) {
    const auto size = static_cast<std::size_t>(word_at(told, at + 32).low64());
    if (size > told.size() - at - head) break;
    const auto from = told.begin() + static_cast<std::ptrdiff_t>(at + head);
    outcomes.push_back(
        {word_at(told, at).is_zero(), {from, from + static_cast<std::ptrdiff_t>(size)}});
    at += head + size;
  }
  if (outcomes.size() != calls.size()) throw std::runtime_error("not all calls were answered");
  return outcomes;
}

void Unlocker::play(const std::vector<InnerCall>& calls) {
  world_->must(deed(calls, Ending::answer));
}

}  // namespace levee::test
