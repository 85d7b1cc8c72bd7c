#include "levee/report/markup.h"

#include "tests/report/tags.h"

#include <gmock/gmock.h>

namespace levee::report {

TEST(Markup, EscapesTextAndAttributes) {
  EXPECT_EQ(Markup("<b>\"x\" & 'y'").html(), "&lt;b&gt;&quot;x&quot; &amp; &#39;y&#39;");
  EXPECT_EQ(element("p", {{"title", "a\"b<"}}, "<i>").html(),
            "<p title=\"a&quot;b&lt;\">&lt;i&gt;</p>\n");
  EXPECT_EQ(lone("br", {{"class", "&"}}).html(), "<br class=\"&amp;\"/>\n");
}

TEST(Markup, KeepsANumberWithItsPercentSignAndError) {
  EXPECT_EQ(Markup("51 ± 3 % of").html(), "51\u00A0±\u00A03\u00A0% of");
}

TEST(Markup, SaysWhatIsWrongWithTags) {  // the checker that the other tests stand on
  EXPECT_EQ(test::tag_fault("<!doctype html><p class=\"a\">x &amp; y<br/></p>"), "");
  EXPECT_EQ(test::tag_fault("<script>if (a < b && c) {}</script>"), "");
  for (const auto* broken :
       {"<p>", "<p></b></p>", "</p>", "<p class=\"a>x</p>", "a & b", "a > b", "<p <b></p>", "<p"}) {
    EXPECT_NE(test::tag_fault(broken), "") << broken;
  }
}

TEST(Markup, MakesTablesWithHeaders) {
  const Table table{"Fruit",
                    {{"Name", Kind::name}, {"Price"}, {"", Kind::words}},
                    {{{"one"}, RowKind::group},
                     {{"apple", "$1", "red"}},
                     {{"two"}, RowKind::group},
                     {{"all", "$2", ""}, RowKind::total}},
                    "a <note>"};
  const std::string html = markup_of(table).html();
  EXPECT_EQ(test::tag_fault(html), "");
  EXPECT_EQ(test::count_of(html, "<tbody>"), 2u);
  EXPECT_THAT(html, ::testing::HasSubstr("<caption>Fruit</caption>"));
  EXPECT_THAT(html, ::testing::HasSubstr("<th scope=\"col\" class=\"figure\">Price</th>"));
  EXPECT_THAT(html, ::testing::HasSubstr("<th scope=\"rowgroup\" colspan=\"3\">one</th>"));
  EXPECT_THAT(html, ::testing::HasSubstr("<th scope=\"row\" class=\"name\">apple</th>"));
  EXPECT_THAT(html, ::testing::HasSubstr("a &lt;note&gt;"));
}

TEST(Markup, OfATableWithoutColumnsIsItsNote) {
  EXPECT_EQ(markup_of({"t", {}, {}, "none"}).html(), "<p class=\"note\">none</p>\n");
}

}  // namespace levee::report
