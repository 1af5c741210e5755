// What pictures and pages are made of.
#include <cmath>
#include <fstream>

#include <gtest/gtest.h>

#include "pipelines/figures/gnuplot.hpp"
#include "pipelines/figures/table.hpp"
#include "pipelines/figures/torus_panel.hpp"
#include "pipelines/report/html_page.hpp"
#include "tests/pipelines/program.hpp"

namespace lagoon::pipelines::tests {
namespace {

using FigureTest = ProgramTest;

TEST_F(FigureTest, csv_numbers_read_back_to_the_same_bits) {
  const std::vector<double> values = {0.1, 1.0 / 3, 1e-300, -2.5e17, 4096};
  for (const double value : values) EXPECT_EQ(std::stod(Cell(value).text()), value);
}

TEST_F(FigureTest, csv_quotes_what_would_split_a_row) {
  Table table({"name", "value"});
  table.add({"a, \"b\"", 1});
  table.end_block();
  table.add({"plain", 2});
  table.write_csv(path("t.csv"));
  EXPECT_EQ(read_text(path("t.csv")), "name,value\n\"a, \"\"b\"\"\",1\n\nplain,2\n");
  EXPECT_EQ(table.size(), 2U);
}

TEST_F(FigureTest, names_cannot_become_gnuplot_commands) {
  EXPECT_EQ(gnuplot_string("a'; system('x'); '`y`"), "'a''; system(''x''); ''`y`'");
}

TEST_F(FigureTest, contour_levels_are_round_and_reach_the_largest_value) {
  for (const double largest : {0.013, 0.99, 1.0, 7.3, 812.0}) {
    const auto [step, limit] = round_levels(largest, 7);
    EXPECT_GE(limit, largest);
    EXPECT_LT(limit - largest, step);
    EXPECT_LE(std::ceil(largest / step), 7);
    const double leading = step / std::pow(10.0, std::floor(std::log10(step)));
    EXPECT_TRUE(std::abs(leading - 1) < 1e-9 || std::abs(leading - 2) < 1e-9 ||
                std::abs(leading - 2.5) < 1e-9 || std::abs(leading - 5) < 1e-9)
        << step;
  }
}

TEST_F(FigureTest, field_table_closes_the_torus) {
  const std::vector<double> values = {1, 2, 3, 4};
  field_table(2, {{"psi", &values}}).write_csv(path("f.csv"));
  EXPECT_EQ(
      read_text(path("f.csv")),
      "x,y,psi\n0,0,1\n0,0.5,2\n0,1,1\n\n0.5,0,3\n0.5,0.5,4\n0.5,1,3\n\n1,0,1\n1,0.5,2\n1,1,1\n");
}

TEST_F(FigureTest, path_leaves_the_square_and_comes_back_on_the_other_side) {
  const std::vector<Path> paths = {{{0.75, 1.25}, {0.5, 0.5}}};
  path_table({{"query", &paths}}).write_csv(path("p.csv"));
  EXPECT_EQ(read_text(path("p.csv")),
            "role,drifter,mark,x,y\n"
            "query,0,release,0.75,0.5\nquery,0,way,1,0.5\n\n"
            "query,0,way,0,0.5\nquery,0,end,0.25,0.5\n\n");
}

TEST_F(FigureTest, base64_agrees_with_rfc_4648) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xfe"), "//4=");
}

TEST_F(FigureTest, page_escapes_what_it_is_told) {
  HtmlPage page("a <b>");
  page.paragraph("x & \"y\"");
  page.table({"k"}, {{"<script>"}});
  page.write(path("page.html"));
  const std::string text = read_text(path("page.html"));
  EXPECT_NE(text.find("<h1>a &lt;b&gt;</h1>"), std::string::npos);
  EXPECT_NE(text.find("x &amp; &quot;y&quot;"), std::string::npos);
  EXPECT_EQ(text.find("<script>"), std::string::npos);
}

}  // namespace
}  // namespace lagoon::pipelines::tests
