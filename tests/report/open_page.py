"""Opens report pages in headless Chromium, points at their charts, and fails on anything wrong:
a line on the console, a page that never gets ready, a chart that does not answer, a request.

usage: open_page.py FILE...      exit code 1 if a page fails, 77 if there is no browser
       open_page.py --canary     seeded faults must be reported, a sound page must not
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SKIPPED = 77
SECONDS = 90
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr",
         "--virtual-time-budget=3000", "--dump-dom"]
CONSOLE = re.compile(r":CONSOLE[:(]\d+\)?\] (.*)")
READY = re.compile(r'<html\b[^>]*\bdata-ready="yes"')
# A reader's hand: every chart is pointed at, then stepped through, in each of its views.
PROBE = """
<script>
document.querySelectorAll("figure[data-numbers]").forEach((figure, i) => {
  const answers = (what) => {
    if (!/\\d.*: .*\\d/.test(figure.querySelector(".readout").textContent))
      console.error(`chart ${i} does not answer ${what}`);
  };
  const views = [null, ...figure.querySelectorAll("input[type=radio]")];
  for (const view of views) {
    if (view) view.click();
    figure.querySelectorAll("svg[viewBox][role=img]").forEach((svg) => {
      const box = svg.getBoundingClientRect();
      if (box.width === 0) return;
      svg.dispatchEvent(new PointerEvent("pointermove", { clientX: box.left + box.width / 2 }));
      answers("a pointer");
      svg.dispatchEvent(new PointerEvent("pointerleave"));
      for (const key of ["ArrowLeft", "ArrowRight", "ArrowRight"]) {
        svg.dispatchEvent(new KeyboardEvent("keydown", { key }));
        answers(key);
      }
    });
  }
});
window.dispatchEvent(new Event("beforeprint"));
if (document.querySelector("details:not([open])")) console.error("paper would miss a fold");
window.dispatchEvent(new Event("afterprint"));
</script>
"""
SOUND = ('<!doctype html><html lang="en"><head><link rel="icon" href="data:,"><title>t</title>'
         "</head><body>{}<script>document.documentElement.dataset.ready = 'yes'</script></body>"
         "</html>")
SEEDED = {
    "an error on the console": (SOUND.format("<script>console.error('x')</script>"), "console"),
    "an exception": (SOUND.format("<script>null.x</script>"), "console"),
    "a page that is never ready": (SOUND.format("").replace("'yes'", "'no'"), "data-ready"),
    "a picture from elsewhere": (SOUND.format('<img src="http://127.0.0.1:9/x.png">'), "request"),
    "a script from elsewhere": (SOUND.format('<script src="https://a.example/"></script>'),
                                "request"),
    "a chart that is deaf": (SOUND.format(
        '<figure data-numbers="{}"><svg role="img" viewBox="0 0 9 9"></svg>'
        '<output class="readout"></output></figure>'), "does not answer"),
}


def requests(log):
    """Addresses that a page from a file asked for; what the browser asks for itself is no fault."""
    for event in json.loads(log.read_text())["events"]:
        asked = event.get("params", {})
        if (re.match(r"(https?|wss?|ftp):", asked.get("url", ""))
                and "file:" in str(asked.get("network_isolation_key", ""))):
            yield asked["url"]


def faults(browser, page):
    """What is wrong with a page, in words."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        copy, log = pathlib.Path(folder, "page.html"), pathlib.Path(folder, "net.json")
        copy.write_text(page + PROBE, encoding="utf-8")
        try:
            ran = subprocess.run(
                [browser, *FLAGS, f"--user-data-dir={folder}/profile", f"--log-net-log={log}",
                 copy.as_uri()], capture_output=True, encoding="utf-8", errors="replace",
                timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return [f"not done after {SECONDS} seconds"]
        found = [f"on the console: {line}" for line in CONSOLE.findall(ran.stderr)]
        found += [f"a request to {address}" for address in sorted(set(requests(log)))]
    if ran.returncode != 0:
        found.append(f"the browser ended with {ran.returncode}")
    if not READY.search(ran.stdout):
        found.append('no data-ready="yes" on the page')
    return found


def canary(browser):
    """Whether each seeded fault is reported, and a sound page is not."""
    wrong = [f"a sound page: {fault}" for fault in faults(browser, SOUND.format("<p>x</p>"))]
    for what, (page, expected) in SEEDED.items():
        found = faults(browser, page)
        if not any(expected in fault for fault in found):
            wrong.append(f"{what}: not caught (found {found})")
    for line in wrong:
        print(line)
    return not wrong


def main(words):
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not words:
        print(__doc__)
        return 2
    if browser is None:
        print("skipped: none of", ", ".join(BROWSERS), "is installed")
        return SKIPPED
    if words == ["--canary"]:
        return 0 if canary(browser) else 1
    failed = False
    for path in map(pathlib.Path, words):
        found = faults(browser, path.read_text(encoding="utf-8"))
        failed = failed or bool(found)
        print(f"{path.name}: {'fine' if not found else ''}")
        for fault in found:
            print("   ", fault)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
