// levee/vectors/kind/v2_library.cpp — calls of the v2 router's pricing functions.
#include "levee/amm/constant_product.h"
#include "levee/vectors/kind.h"
#include "levee/vectors/value.h"

#include <array>

#include <fmt/core.h>

namespace levee::vectors {
namespace {

constexpr std::string_view library = "UniswapV2Library.";

struct Call {
  std::string_view name;
  Result<U256> (*answer)(const U256&, const amm::PairReserves&);
};
constexpr std::array<Call, 3> calls{{{"UniswapV2Library.getAmountOut", amm::amount_out_of},
                                     {"UniswapV2Library.getAmountIn", amm::amount_in_for},
                                     {"UniswapV2Library.quote", amm::equal_value_of}}};

std::string shown(const Result<U256>& answer) {
  return answer ? decimal_text(*answer) : fmt::format("refused \"{}\"", answer.error().message);
}

Result<U256> recorded_of(Value& line) {
  if (line.has("err")) return fail(Reason::refused, line.take("err").text());
  const auto out = line.take("out").items();
  if (out.size() == 1) return out[0].natural(256);
  line.complain("should have one answer");
  return U256{};
}

void judge_call(Value& line, Trial& trial) {
  const std::string name = line.take("f").text();
  const auto in = line.take("in").items();
  const Result<U256> recorded = recorded_of(line);
  line.finish();
  if (in.size() != 3) return line.complain("should have three arguments");
  const U256 amount = in[0].natural(256);
  const amm::PairReserves reserves{in[1].natural(256), in[2].natural(256)};
  for (const Call& call : calls) {
    if (call.name != name) continue;
    return trial.expect("answer", shown(call.answer(amount, reserves)), shown(recorded));
  }
  line.complain(fmt::format("calls {}, which nobody judges", name));
}

bool knows(std::string_view first_line) {
  return first_line.starts_with("{\"f\"") && first_line.find(library) != std::string_view::npos;
}

Result<Done> judge(const VectorFile& file, Trial& trial) {
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    Reading reading(file.path, i + 1);
    Value line(file.lines[i], reading);
    trial.begin(i + 1, file.lines[i]);
    judge_call(line, trial);
    if (!reading.sound()) return reading.outcome();
  }
  return Done{};
}

}  // namespace

namespace kind {
Entry v2_library() {
  return {"v2_library", "Uniswap v2 router: amounts out, amounts in, quotes", knows, judge};
}
}  // namespace kind

}  // namespace levee::vectors
