#include "pipelines/import/fields/import_fields.hpp"

#include "flow/error.hpp"

namespace lagoon::pipelines {

int import_fields(const ImportPlaces& places, const std::string& format, const FieldImportOptions&,
                  const Invocation&) {
  throw Error(places.field.string() + ": no reader of format " + format + " yet");
}

}  // namespace lagoon::pipelines
