#include "pipelines/report/retrieval_record.hpp"

#include "flow/error.hpp"
#include "pipelines/report/training_record.hpp"

namespace lagoon::pipelines {
namespace {

Figure figure_from_json(const nlohmann::json& json) {
  return {json.at("name"), json.at("title"), json.at("caption"), json.at("width"),
          json.at("height")};
}

void fill(RetrievalRecord& record) {
  const auto& summary = record.summary;
  record.n_queries = summary.at("n_queries");
  record.library_size = summary.at("library_size");
  record.recall = recall_from_json(summary.at("recall"));
  for (const auto& point : summary.at("library_curve")) {
    record.curve.push_back({point.at("library_size"), recall_from_json(point.at("recall"))});
  }
  for (const auto& figure : summary.at("figures")) {
    record.figures.push_back(figure_from_json(figure));
  }
}

}  // namespace

RetrievalRecord make_retrieval_record(const std::filesystem::path& dir,
                                      const nlohmann::json& summary) {
  RetrievalRecord record;
  record.label = folder_label(dir);
  record.dir = dir;
  record.summary = summary;
  try {
    fill(record);
  } catch (const nlohmann::json::exception& error) {
    throw Error((dir / "summary.json").string() + ": not a summary of lagoon retrieve (" +
                error.what() + ")");
  }
  return record;
}

nlohmann::json to_json(const std::vector<Figure>& figures) {
  auto json = nlohmann::json::array();
  for (const auto& figure : figures) {
    json.push_back({{"name", figure.name},
                    {"title", figure.title},
                    {"caption", figure.caption},
                    {"width", figure.width},
                    {"height", figure.height}});
  }
  return json;
}

}  // namespace lagoon::pipelines
