// levee/vectors/kind/tick_digest.cpp — every sqrt price of every tick, against one hash of all.
#include "levee/amm/tick_math.h"
#include "levee/vectors/kind.h"
#include "levee/vectors/value.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/core.h>

namespace levee::vectors::kind {
namespace {

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    LEVEE_EXPECT(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
  }
  void add(const Bytes32& word) {
    LEVEE_EXPECT(EVP_DigestUpdate(context_.get(), word.bytes.data(), word.bytes.size()) == 1);
  }
  std::string hex() {
    Bytes32 digest;
    LEVEE_EXPECT(EVP_DigestFinal_ex(context_.get(), digest.bytes.data(), nullptr) == 1);
    return text_of(digest).substr(2);
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

struct Chunk {
  std::int32_t from = 0, to = 0;
  std::string sha256;
};

struct Digest {
  std::string sha256;
  std::vector<Chunk> chunks;
};

std::string hash_in(Value& object) {
  const Value hash = object.take("sha256");
  std::string digits = hash.text();
  const bool hex = std::ranges::all_of(
      digits, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  if (digits.size() != 64 || !hex) hash.complain("is not a hash (64 hexadecimal digits)");
  return digits;
}

// The chunks must tile the range: a gap would be values that nobody compared.
Result<Digest> digest_in(const VectorFile& file) {
  Reading reading(file.path, 1);
  Value document(file.text, reading);
  document.take("what");
  const auto first = document.take("min").number<std::int32_t>(24),
             last = document.take("max").number<std::int32_t>(24);
  Digest digest{hash_in(document), {}};
  std::int32_t next = first;
  for (Value& item : document.take("chunks").items()) {
    Chunk chunk{item.take("from").number<std::int32_t>(24),
                item.take("to").number<std::int32_t>(24), hash_in(item)};
    item.finish();
    if (chunk.from != next || chunk.to < chunk.from) item.complain("leaves a gap or is empty");
    next = chunk.to + 1;
    digest.chunks.push_back(std::move(chunk));
  }
  document.finish();
  const bool outside = first < amm::tick_min.value() || last > amm::tick_max.value();
  if (next != last + 1 || outside) reading.complain("chunks do not make up min ... max");
  if (!reading.sound()) return reading.outcome().error();
  return digest;
}

Result<Done> judge(const VectorFile& file, Trial& trial) {
  const auto digest = digest_in(file);
  if (!digest) return digest.error();
  Sha256 whole;
  for (const Chunk& chunk : digest->chunks) {
    Sha256 part;
    for (std::int32_t tick = chunk.from; tick <= chunk.to; ++tick) {
      const Bytes32 word = bytes_of(amm::sqrt_price_at_valid(Tick{tick}).value());
      part.add(word);
      whole.add(word);
    }
    const std::string what = fmt::format("sqrt prices of ticks {} ... {}", chunk.from, chunk.to);
    trial.begin(1, what, static_cast<std::size_t>(chunk.to - chunk.from) + 1);
    trial.expect("sha256", part.hex(), chunk.sha256);
  }
  trial.begin(1, "sqrt prices of all ticks", 0);
  trial.expect("sha256", whole.hex(), digest->sha256);
  return Done{};
}

bool knows(std::string_view first_line) {
  return first_line.find(R"("what")") != std::string_view::npos &&
         first_line.find("TickMath.getSqrtRatioAtTick(t)") != std::string_view::npos;
}

}  // namespace

Entry tick_digest() {
  return {.name = "tick_digest",
          .about = "The hash of all values of TickMath.getSqrtRatioAtTick.",
          .knows = knows,
          .judge = judge};
}

}  // namespace levee::vectors::kind
