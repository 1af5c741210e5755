#pragma once

#include <filesystem>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "pipelines/figures/figure.hpp"

namespace lagoon::pipelines {

/// One HTML file that holds everything it shows: style and pictures are inside, nothing is loaded.
/// All text is escaped.
class HtmlPage {
 public:
  /// A page of that heading.
  explicit HtmlPage(const std::string& title);

  /// Appends text of each kind.
  void heading(const std::string& text);
  void subheading(const std::string& text);
  void paragraph(const std::string& text);

  /// The first column names the row.
  void table(const std::vector<std::string>& header,
             const std::vector<std::vector<std::string>>& rows);

  /// Text as it stands (configuration), folded away under a line to click on.
  void folded_text(const std::string& summary, const std::string& text);

  /// Embeds FOLDER/NAME.png (or .gif). Throws Error if it cannot be read.
  void figure(const Figure& figure, const std::filesystem::path& folder);

  /// Throws Error if the file cannot be written.
  void write(const std::filesystem::path& path) const;

 private:
  std::string title_;
  std::ostringstream body_;
};

/// RFC 4648, with padding.
std::string base64(std::string_view bytes);

}  // namespace lagoon::pipelines
