#include "pipelines/report/html_page.hpp"

#include <cstdint>
#include <fstream>
#include <iterator>

#include "datasets/text/text.hpp"
#include "flow/error.hpp"
#include "pipelines/support/run_record.hpp"

namespace lagoon::pipelines {
namespace {

using datasets::xml_text;

constexpr const char* kStyle = R"(
:root { color-scheme: light; }
body { margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 60rem; background: #fffffc;
  color: #1b1b1b; font: 1.0625rem/1.55 Charter, "Bitstream Charter", Georgia, "DejaVu Serif", serif; }
h1 { font-size: 1.9rem; font-weight: 500; line-height: 1.2; margin: 0 0 .75rem; }
h2 { font-size: 1.35rem; font-weight: 500; margin: 3rem 0 .5rem; padding-top: .6rem;
  border-top: 1px solid #ccc; }
h3 { font-size: 1.08rem; font-weight: 600; margin: 2rem 0 .4rem; }
p, figcaption { max-width: 44rem; margin: .5rem 0; }
figure { margin: 1.5rem 0 2.25rem; }
figure img { display: block; max-width: 100%; height: auto; }
figcaption { font-size: .97rem; color: #333; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: 1rem 0; font-size: .94rem;
  font-variant-numeric: tabular-nums lining-nums; }
th, td { padding: .28rem 1.1rem .28rem 0; text-align: left; vertical-align: top; }
thead th { border-bottom: 1px solid #888; font-weight: 600; }
tbody tr + tr > * { border-top: 1px solid #eee; }
tbody th { font-weight: 400; }
pre { font-size: .82rem; line-height: 1.4; background: #f6f6f2; padding: .8rem; overflow-x: auto; }
summary { cursor: pointer; margin: .6rem 0; }
@media print { body { max-width: none; } figure { break-inside: avoid; } }
)";

std::string element(const std::string& tag, const std::string& text) {
  return "<" + tag + ">" + xml_text(text) + "</" + tag + ">\n";
}

void replace_all(std::string& text, const std::string& word, const std::string& by) {
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + by.size())) {
    text.replace(at, word.size(), by);
  }
}

/// Where a table is wide, cells may break, but not within an interval or after "±".
std::string cell(const std::string& text) {
  std::string result = xml_text(text);
  replace_all(result, " to ", "&nbsp;to&nbsp;");
  replace_all(result, " ± ", " ±&nbsp;");
  return result;
}

std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(path.string() + ": the picture is missing (draw it again)");
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    const std::size_t n_digits = std::min<std::size_t>(4, bytes.size() - i + 1);
    for (std::size_t j = 0; j < 4; ++j) {
      text += j < n_digits ? kDigits[group >> (18 - 6 * j) & 63U] : '=';
    }
  }
  return text;
}

HtmlPage::HtmlPage(const std::string& title) : title_(title) {
  body_ << element("h1", title);
}

void HtmlPage::heading(const std::string& text) {
  body_ << element("h2", text);
}
void HtmlPage::subheading(const std::string& text) {
  body_ << element("h3", text);
}
void HtmlPage::paragraph(const std::string& text) {
  body_ << element("p", text);
}

void HtmlPage::table(const std::vector<std::string>& header,
                     const std::vector<std::vector<std::string>>& rows) {
  body_ << "<div class=\"scroll\"><table>\n<thead><tr>";
  for (const auto& text : header) body_ << "<th>" << xml_text(text) << "</th>";
  body_ << "</tr></thead>\n<tbody>\n";
  for (const auto& row : rows) {
    body_ << "<tr><th>" << xml_text(row.at(0)) << "</th>";
    for (std::size_t c = 1; c < row.size(); ++c) body_ << "<td>" << cell(row[c]) << "</td>";
    body_ << "</tr>\n";
  }
  body_ << "</tbody></table></div>\n";
}

void HtmlPage::folded_text(const std::string& summary, const std::string& text) {
  body_ << "<details>" << element("summary", summary) << element("pre", text) << "</details>\n";
}

void HtmlPage::figure(const Figure& figure, const std::filesystem::path& folder) {
  body_ << "<figure>\n<img width=\"" << figure.width << "\" height=\"" << figure.height
        << "\" alt=\"" << xml_text(figure.title + ". " + figure.caption) << "\" src=\"data:image/"
        << figure.ending() << ";base64,"
        << base64(read_bytes(folder / (figure.name + "." + figure.ending()))) << "\">\n"
        << element("figcaption", figure.caption) << "</figure>\n";
}

void HtmlPage::write(const std::filesystem::path& path) const {
  std::ostringstream text;
  text << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
       << "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
       << element("title", title_) << "<style>" << kStyle << "</style>\n</head>\n<body>\n"
       << body_.str() << "</body>\n</html>\n";
  write_text(path, text.str());
}

}  // namespace lagoon::pipelines
