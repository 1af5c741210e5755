#pragma once

#include <string>
#include <vector>

#include "pipelines/report/html_page.hpp"
#include "pipelines/report/retrieval_record.hpp"
#include "pipelines/report/training_record.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// Recalls with their 95% intervals, median ranks, effective sample sizes and chance level, with
/// the sentences that say how to read them, and the warnings that the retrievals gave.
void add_recall_section(HtmlPage& page, const std::vector<RetrievalRecord>& retrievals);

/// For each example of a retrieval, how well the answers stand for the true flow and for the
/// observed path.
void add_example_section(HtmlPage& page, const RetrievalRecord& retrieval);

/// One row a run: what it took, what it reached, and when.
void add_runs_section(HtmlPage& page, const std::vector<TrainingRecord>& runs);

/// Pictures under their titles.
void add_figure(HtmlPage& page, const Figure& figure, const std::filesystem::path& folder);
void add_figures(HtmlPage& page, const std::vector<Figure>& figures,
                 const std::filesystem::path& folder);

/// What was run, with which settings and by which program.
void add_settings_section(HtmlPage& page, const std::vector<TrainingRecord>& runs,
                          const std::vector<RetrievalRecord>& retrievals,
                          const std::string& history);

/// The end of a study's page, and its file FOLDER/index.html: the configuration, which program ran
/// it, and what lies beside it: for each picture its numbers and script, and `beside` (", and
/// ...").
void finish_page(HtmlPage& page, const std::filesystem::path& folder, const Invocation& invocation,
                 const std::string& beside = "");

}  // namespace lagoon::pipelines
