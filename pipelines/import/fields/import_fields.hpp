#pragma once

#include <string>

#include "pipelines/import/fields/field_options.hpp"
#include "pipelines/import/imported_dataset.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// `lagoon import` of a gridded field, `format` being one that is_gridded(): each snapshot becomes
/// a flow of few modes with drifters in it, all of one law that is fitted to them.
int import_fields(const ImportPlaces& places, const std::string& format,
                  const FieldImportOptions& options, const Invocation& invocation);

}  // namespace lagoon::pipelines
