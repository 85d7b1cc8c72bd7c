// Times @uniswap/v3-sdk on the workloads that bench/amm/ times levee on; one JSON line for each:
// {"name", "per_second" (items per second of this process's CPU time)}.
//
// Run it in the folder where package.json of this one is installed. Every answer is checked first.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const here = createRequire(process.cwd() + "/");
const sdk = here("@uniswap/v3-sdk");
const { CurrencyAmount, Token } = here("@uniswap/sdk-core");
// Numbers of another copy of JSBI would not be recognised.
const JSBI = createRequire(here.resolve("@uniswap/v3-sdk"))("jsbi");

const seconds = Number(process.env.BENCH_SECONDS ?? 0.5);
const big = (n) => JSBI.BigInt(n.toString());
const coin = (digit) => new Token(1, "0x" + digit.repeat(40), 18, "T" + digit);
const token0 = coin("1"), token1 = coin("2");
const amountOf = (token, n) => CurrencyAmount.fromRawAmount(token, n.toString());

function expectEqual(name, got, golden) {
  const [a, b] = [got, golden].map((x) => JSON.stringify(x.map(String)));
  if (a !== b) throw new Error(`${name} gives ${a}, not ${b}`);
}

async function report(name, itemsPerRound, round) {
  const warm = process.cpuUsage();
  do await round(); while (process.cpuUsage(warm).user < 5e5);  // the compiler has to catch up
  const begin = process.cpuUsage();
  let rounds = 0, spent = 0;
  while (spent < 1e6 * seconds) {
    await round();
    ++rounds;
    const { user, system } = process.cpuUsage(begin);
    spent = user + system;
  }
  console.log(JSON.stringify({ name, per_second: (rounds * itemsPerRound * 1e6) / spent }));
}

function poolOf(fee, spacing, sqrtPrice, tick, ranges) {
  const net = new Map();
  let active = 0n;
  for (const { lower, upper, liquidity } of ranges) {
    net.set(lower, (net.get(lower) ?? 0n) + liquidity);
    net.set(upper, (net.get(upper) ?? 0n) - liquidity);
    if (lower <= tick && tick < upper) active += liquidity;
  }
  const ticks = [...net].filter(([, n]) => n !== 0n).sort(([a], [b]) => a - b)
    .map(([index, n]) => ({
      index, liquidityNet: big(n), liquidityGross: big(n < 0n ? -n : n),
    }));
  return new sdk.Pool(token0, token1, fee, big(sqrtPrice), big(active), tick,
    new sdk.TickListDataProvider(ticks, spacing));
}

const w1Pool = poolOf(3000, 60, 1n << 96n, 0, Array.from({ length: 100 }, (_, i) => ({
  lower: -60 * (i + 1), upper: 60 * (i + 1), liquidity: 10n ** 18n * BigInt(1 + (i % 7)),
})));

function w1Stream(count) {
  let state = 0x12345678;
  const next = () => {
    state = (state ^ (state << 13)) >>> 0;
    state = (state ^ (state >>> 17)) >>> 0;
    return (state = (state ^ (state << 5)) >>> 0);
  };
  return Array.from({ length: count }, () => {
    const size = 10n ** 14n + BigInt(next()) * 900000000n;
    return amountOf(next() & 1 ? token0 : token1, size);
  });
}

async function quotes() {
  const small = amountOf(token0, 10n ** 15n), large = amountOf(token0, 11n * 10n ** 18n);
  {
    const [out, after] = await w1Pool.getOutputAmount(small);
    expectEqual("W1a", [out.quotient, after.sqrtRatioX96, after.tickCurrent],
      [996997483527870n, 79227962538875347065136294790n, -1]);
  }
  await report("W1a", 100, async () => {
    for (let i = 0; i < 100; ++i) await w1Pool.getOutputAmount(small);
  });
  {
    const [out, after] = await w1Pool.getOutputAmount(large);
    expectEqual("W1b", [out.quotient, after.sqrtRatioX96, after.tickCurrent, after.liquidity],
      [10665480381311745435n, 77014122789437850390798681358n, -567, 364n * 10n ** 18n]);
  }
  await report("W1b", 100, async () => {
    for (let i = 0; i < 100; ++i) await w1Pool.getOutputAmount(large);
  });
}

async function chained() {
  const stream = w1Stream(2000);
  const play = async () => {
    let pool = w1Pool;
    for (const amount of stream) pool = (await pool.getOutputAmount(amount))[1];
    return pool;
  };
  const end = await play();
  expectEqual("W1c", [end.sqrtRatioX96, end.tickCurrent, end.liquidity],
    [82663733874557708817412283749n, 849, 339n * 10n ** 18n]);
  await report("W1c", 2000, play);
}

async function ticks() {
  const nth = (i) => ((7919 * i) % 1774543) - 887271;
  const { getSqrtRatioAtTick, getTickAtSqrtRatio } = sdk.TickMath;
  const prices = Array.from({ length: 1000 }, (_, i) => getSqrtRatioAtTick(nth(i)));
  const sum = prices.reduce((a, x) => a + BigInt(x.toString()), 0n);
  expectEqual("W1d", [sum], [16420770046290419299322304520118775777493304153802n]);
  let i = 0;
  await report("W1d", 1000, () => {
    for (let k = 0; k < 1000; ++k) getSqrtRatioAtTick(nth(i++));
  });
  expectEqual("W1e", prices.map((x) => getTickAtSqrtRatio(x)), prices.map((_, k) => nth(k)));
  await report("W1e", 1000, () => {
    for (const price of prices) getTickAtSqrtRatio(price);
  });
}

async function step() {
  const from = sdk.TickMath.getSqrtRatioAtTick(0), to = sdk.TickMath.getSqrtRatioAtTick(-60);
  const liquidity = big(2n * 10n ** 18n), amount = big(10n ** 15n);
  const once = () => sdk.SwapMath.computeSwapStep(from, to, liquidity, amount, 3000);
  expectEqual("W1f", [...once()],
    [79188686953817859390637717434n, 997000000000000n, 996503243133298n, 3000000000000n]);
  await report("W1f", 1000, () => {
    for (let i = 0; i < 1000; ++i) once();
  });
}

async function positions() {
  const liquidity = big(10n ** 18n);
  const amounts = (i) => {
    const edge = 60 * (1 + (i % 100));
    const held = new sdk.Position({ pool: w1Pool, liquidity, tickLower: -edge, tickUpper: edge });
    return [held.amount0.quotient, held.amount1.quotient];
  };
  let sum = 0n;
  for (let i = 0; i < 100; ++i) for (const x of amounts(i)) sum += BigInt(x.toString());
  expectEqual("W1g", [sum], [27469957075651102658n]);
  await report("W1g", 100, () => {
    for (let i = 0; i < 100; ++i) amounts(i);
  });
}

// Down to a price limit and back, over so many ticks: see bench/amm/workload_bench.cpp.
async function workload(file) {
  const { initialSqrtPriceX96, runs } = JSON.parse(readFileSync(file, "utf8"));
  const pool = poolOf(3000, 60, BigInt(initialSqrtPriceX96), 30,
    Array.from({ length: 120 }, (_, i) => ({
      lower: 60 * (i - 60), upper: 60 * (i - 59), liquidity: 10n ** 18n + BigInt(i) * 10n ** 15n,
    })));
  const endless = (1n << 127n) - 1n;
  for (const run of runs) {
    const down = big(run.sqrtPriceLimitDownX96), up = big(run.sqrtPriceLimitUpX96);
    const pair = async () => {
      const [out1, low] = await pool.getOutputAmount(amountOf(token0, endless), down);
      const [out0, back] = await low.getOutputAmount(amountOf(token1, endless), up);
      return { out1, low, out0, back };
    };
    const got = await pair();
    const [first, second] = run.swaps;
    const golden = [first.amount1.slice(1), first.after.sqrtPriceX96, first.after.tick,
      second.amount0.slice(1), second.after.sqrtPriceX96, second.after.liquidity];
    expectEqual("workload", [got.out1.quotient, got.low.sqrtRatioX96, got.low.tickCurrent,
      got.out0.quotient, got.back.sqrtRatioX96, got.back.liquidity], golden);
    await report(`workload/${run.ticksCrossed}`, 20, async () => {
      for (let i = 0; i < 10; ++i) await pair();
    });
  }
}

await quotes();
await chained();
await ticks();
await step();
await positions();
if (process.argv[2]) await workload(process.argv[2]);
