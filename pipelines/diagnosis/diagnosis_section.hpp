#pragma once

#include <nlohmann/json.hpp>

#include "pipelines/report/html_page.hpp"

namespace lagoon::pipelines {

/// The numbers of a diagnosis (to_json) with what each should be. Of other JSON, which earlier
/// versions wrote, nothing.
void add_diagnosis_section(HtmlPage& page, const nlohmann::json& diagnosis);

}  // namespace lagoon::pipelines
