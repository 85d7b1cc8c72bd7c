#include "levee/report/page.h"

#include "levee/report/sentences.h"

#include "report_embedded.h"

#include <fmt/core.h>

namespace levee::report {

std::string page_of(const std::string& title, const Markup& main, Scripts scripts) {
  const bool own = scripts == Scripts::own;
  const std::string policy = fmt::format(
      "default-src 'none'; style-src 'unsafe-inline'; {}img-src data:; base-uri 'none'; "
      "form-action 'none'",
      own ? "script-src 'unsafe-inline'; " : "");
  const Markup head = element(
      "head",
      lone("meta", {{"charset", "utf-8"}}) +
          lone("meta", {{"http-equiv", "Content-Security-Policy"}, {"content", policy}}) +
          lone("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}}) +
          lone("meta", {{"name", "color-scheme"}, {"content", "light dark"}}) +
          lone("link", {{"rel", "icon"}, {"href", "data:,"}}) + element("title", title) +
          element("style", Markup::written(embedded::page_css)));
  Markup body = element("main", main) + element("footer", element("p", disclaimer));
  if (own) body += element("script", Markup::written(embedded::page_js));
  return "<!doctype html>\n" +
         element("html", {{"lang", "en"}}, head + element("body", body)).html();
}

}  // namespace levee::report
