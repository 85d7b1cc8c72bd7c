// Runs levee's benchmarks and @uniswap/v3-sdk in turn on the same workloads and prints the ratios.
//
// usage: compare.mjs AMM_BENCH WORKLOAD.json [--rounds N] [--write PAGE.md]
// Run it in the folder where package.json of this one is installed. Rates are items per CPU
// second, the best of N rounds; both programs check their golden values before they take time.
// --write puts the tables between the two marker lines of PAGE.md.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// name in the report, our benchmark, the peer's name, the least that is asked of ours
const rows = [
  ["exact-in quote, no tick crossed (W1a)", "W1a_quote_in_range", "W1a", 5e6],
  ["exact-in quote over 9 ticks (W1b)", "W1b_quote_over_9_ticks", "W1b", 7e5],
  ["chained swaps, state carried (W1c, W9c)", "W1c_chained_swaps", "W1c", 2.5e6],
  ["tick to sqrt price (W1d)", "W1d_price_at_tick", "W1d", 30e6],
  ["sqrt price to tick (W1e)", "W1e_tick_at_price", "W1e", 15e6],
  ["one swap step (W1f)", "W1f_swap_step", "W1f", 15e6],
  ["amounts of a position (W1g)", "W1g_position_amounts", "W1g", 10e6],
  ["mint and burn of one range (W9d)", "W9d_mint_and_burn", null, 2e6],
  ["recorded workload, 0 ticks", "workload/ticks:0", "workload/0", null],
  ["recorded workload, 1 tick", "workload/ticks:1", "workload/1", null],
  ["recorded workload, 5 ticks", "workload/ticks:5", "workload/5", null],
  ["recorded workload, 20 ticks", "workload/ticks:20", "workload/20", null],
  ["a million swaps, big integers (B1)", "B1_big_integers/stress:0", null, null],
  ["a million swaps, the pool (B1)", "B1_pool/stress:0", null, 5e6],
  ["a million swaps, verified (B1)", "B1_verified/eight_lanes/stress:0", null, 20e6],
  ["the same under stress, big integers", "B1_big_integers/stress:1", null, null],
  ["the same under stress, the pool", "B1_pool/stress:1", null, null],
  ["the same under stress, verified", "B1_verified/eight_lanes/stress:1", null, null],
  ["a real day looped, events through the pool", "real_day_played", null, null],
  ["a real day looped, swaps verified", "real_day_verified/eight_lanes", null, 20e6],
  ["stableswap exchange of 3 coins (W11)", "W11_exchange", null, 3e6],
];
const markers = ["<!-- written by ./dev bench amm --peers --write -->", "<!-- end -->"];

const flag = (name, otherwise) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const [ours, workload] = process.argv.slice(2);
const rounds = Number(flag("--rounds", "5"));
const page = flag("--write", null);
const peer = join(dirname(fileURLToPath(import.meta.url)), "v3_sdk.mjs");

function oursOnce(filter, minTime) {
  const said = execFileSync(ours, ["--benchmark_format=json", `--benchmark_min_time=${minTime}`,
    `--benchmark_filter=${filter}`], { stdio: ["ignore", "pipe", "ignore"] });
  const rates = new Map();
  for (const { name, items_per_second, error_occurred, error_message } of
    JSON.parse(said).benchmarks) {
    if (error_occurred) throw new Error(`${name}: ${error_message}`);
    rates.set(name, items_per_second);
  }
  return rates;
}

function peerOnce() {
  const has = existsSync(workload) ? [workload] : [];
  const said = execFileSync("node", [peer, ...has], { encoding: "utf8" });
  return new Map(said.trim().split("\n").map(JSON.parse).map((r) => [r.name, r.per_second]));
}

function keepBest(best, more) {
  for (const [name, rate] of more) best.set(name, Math.max(rate, best.get(name) ?? 0));
}

// Two digits and a half, as the noise of a shared machine deserves.
function shown(rate) {
  if (rate === undefined || rate === null) return "–";
  const [unit, name] = rate >= 1e6 ? [1e6, " M"] : rate >= 1e3 ? [1e3, " k"] : [1, ""];
  const x = rate / unit;
  return x.toFixed(x >= 99.5 ? 0 : x >= 9.95 ? 1 : 2) + name;
}

function table(best, best_peer) {
  const lines = ["| workload | levee /s | v3-sdk /s | ratio | target /s | met |",
    "|---|---:|---:|---:|---:|---|"];
  for (const [title, our_name, peer_name, target] of rows) {
    const our = best.get(our_name), their = peer_name ? best_peer.get(peer_name) : undefined;
    if (our === undefined) continue;
    const ratio = their ? `${Math.round(our / their)} ×` : "–";
    const met = target === null ? "" : our >= target ? "yes" : "**no**";
    lines.push(`| ${title} | ${shown(our)} | ${shown(their)} | ${ratio} | ${shown(target)} `
      + `| ${met} |`);
  }
  return lines;
}

function machine() {
  const model = cpus()[0].model.trim(), has = readFileSync("/proc/cpuinfo", "utf8");
  const load = readFileSync("/proc/loadavg", "utf8").split(" ")[0];
  const lanes = / avx512ifma /.test(has) ? "with" : "without";
  const family = ["cpu family", "model"].map((k) =>
    `${k.replace("cpu ", "")} ${RegExp(`^${k}\\s*: (.*)$`, "m").exec(has)?.[1]}`).join(" ");
  return `${model} (${family}), ${cpus().length} virtual cores, ${lanes} AVX-512 IFMA; `
    + `node ${process.version}; load ${load} at the end; ${new Date().toISOString().slice(0, 10)}`;
}

const best = new Map(), best_peer = new Map();
for (let i = 0; i < rounds; ++i) {
  process.stderr.write(`== round ${i + 1} of ${rounds}\n`);
  keepBest(best, oursOnce("^(W|workload|B1_.*lanes|B1_pool|B1_big|real_day_p|real_day.*lanes)", 0.2));
  keepBest(best_peer, peerOnce());
}
const report = [`Best of ${rounds} rounds, each program in turn, per second of CPU time.`,
  machine() + ".", "", ...table(best, best_peer)];
console.log(report.join("\n"));
if (page) {
  const text = readFileSync(page, "utf8");
  const [begin, end] = markers.map((m) => text.indexOf(m));
  if (begin < 0 || end < begin) throw new Error(`${page} lacks the lines ${markers.join(" ")}`);
  writeFileSync(page, text.slice(0, begin + markers[0].length) + "\n\n" + report.join("\n")
    + "\n\n" + text.slice(end));
}
