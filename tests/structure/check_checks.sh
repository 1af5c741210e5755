#!/usr/bin/env bash
# The checks of the house must fail on a broken house, or they prove nothing.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
house=$(mktemp -d)
trap 'rm -rf "$house"' EXIT
mkdir -p "$house"/{flow,datasets,contrastive,pipelines,tests}
echo 'flow/ datasets/ contrastive/ pipelines/ tests/' >"$house/README.md"

check() { cmake -DROOT="$house" -DFEW_FILES=1 -P "$here/check_$1.cmake" >/dev/null 2>&1; }
must_pass() { check "$1" || { echo "check_$1 refuses a good house" >&2; exit 1; }; }
must_fail() { if check "$1"; then echo "check_$1 misses: $2" >&2; exit 1; fi; }

echo '#include "flow/a.hpp"' >"$house/datasets/a.hpp"
must_pass layers
must_pass tree
echo '#include "datasets/a.hpp"' >"$house/flow/a.hpp"
must_fail layers 'an include against the data flow'
rm "$house/flow/a.hpp"
echo '#include <torch/torch.h>' >"$house/pipelines/a.cpp"
must_fail layers 'LibTorch outside contrastive/'
rm "$house/pipelines/a.cpp"
for i in 0 1 2 3 4 5 6 7 8 9 10; do touch "$house/flow/unit_$i.hpp"; done
must_fail tree 'eleven units in a folder'
rm "$house"/flow/unit_*
mkdir "$house/flow/unnamed"
must_fail tree 'a folder that README.md does not name'

# Functions of known lengths, among much that looks like one or hides a brace.
sizes() { PYTHONDONTWRITEBYTECODE=1 python3 "$here/house/check_sizes.py" "$@"; }
cat >"$house/flow/known.cpp" <<'END'
#define BRACE {
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Options, a,
                                   b)
namespace lagoon {
enum class Kind { one, two };
struct Point {
  int x = 0, y{1};
  bool operator==(const Point&) const = default;
  int sum() const { return x + y; }
};
const std::vector<Point> kPoints = {{1, 2},
                                    {3, 4}};
/// Neither "}" nor '}' counts here: {
template <class T, int n = 2>
std::string text(const T& value,
                 const Options& options = {}) {
  const char* brace = "}"; /* } */
  const auto raw = R"({ "
)";
  return options.on ? std::string(1, '{') : [&] {
    return std::to_string(10'000);
  }();
}
Range::Range(int first, int last)
    : first_{first},
      all_({first, last}) {
  if (first > last) {
    throw Error("}");
  }
}
auto Range::begin() const noexcept -> const int* { return &first_; }
TEST_F(Ranges, are_ordered) {
  EXPECT_TRUE(true);
}
}  // namespace lagoon
END
(cd "$house" && sizes --list flow/known.cpp) >"$house/found"
diff - "$house/found" <<'END' || { echo 'check_sizes miscounts a known file' >&2; exit 1; }
1 flow/known.cpp:9 sum
9 flow/known.cpp:15 text
7 flow/known.cpp:24 Range::Range
1 flow/known.cpp:31 Range::begin
3 flow/known.cpp:32 Ranges.are_ordered
END
must_hold() { sizes "$house" >/dev/null 2>&1 || { echo 'check_sizes refuses a good house' >&2; exit 1; }; }
must_burst() { if sizes "$house" >/dev/null 2>&1; then echo "check_sizes misses: $1" >&2; exit 1; fi; }
must_hold
{ echo 'void f() {'; for i in {1..39}; do echo '  g();'; done; echo '}'; } >"$house/flow/long.cpp"
must_burst 'a function of 41 lines among six'
for i in {1..300}; do echo '// a line'; done >"$house/flow/long.cpp"
must_hold
echo '// one more' >>"$house/flow/long.cpp"
must_burst 'a file of 301 lines'
rm "$house"/flow/*.cpp

types() { PYTHONDONTWRITEBYTECODE=1 python3 "$here/house/check_type_names.py" "$house" >/dev/null 2>&1; }
printf '%s\n' 'namespace one {' 'struct Point {};' '}  // namespace one' 'namespace two {' 'struct Point {' '};' \
  '}  // namespace two' >"$house/flow/a.hpp"
printf '%s\n' 'namespace one {' 'struct Point;' 'struct Line {' '  struct Point {};' '};' '}  // namespace one' >"$house/flow/b.hpp"
types || { echo 'check_type_names refuses a good house' >&2; exit 1; }
printf '%s\n' 'namespace one {' 'class Point final : public Base<int> {' '};' '}  // namespace one' >"$house/flow/b.hpp"
if types; then echo 'check_type_names misses: two types of one name' >&2; exit 1; fi
rm "$house"/flow/*.hpp

theory() { (cd "$here/../.." && bash "$here/check_theory_page.sh" "$1") >/dev/null 2>&1; }
page=$here/../../docs/theory.md
theory "$page" || { echo 'check_theory_page refuses a good page' >&2; exit 1; }
for name in quadratic_one_sided Planar.every_entry_of_the_table; do
  sed "s/\`$name\`/\`${name}s\`/" "$page" >"$house/theory.md"
  if theory "$house/theory.md"; then echo "check_theory_page misses: ${name}s" >&2; exit 1; fi
done

mkdir -p "$house/docs/python"
pages() { bash "$here/pages/check_links.sh" "$house" >/dev/null 2>&1; }
broken_pages() { if pages; then echo "check_links misses: $1" >&2; exit 1; fi; }
printf '[a page](docs/page.md#its-heading), `[no](link)`\n' >"$house/README.md"
printf '# Its heading\n[back](../README.md)\n' >"$house/docs/page.md"
pages || { echo 'check_links refuses good pages' >&2; exit 1; }
echo '[a page](docs/page.md#no-heading)' >"$house/README.md"
broken_pages 'a heading that is not there'
echo '[a page](docs/page.md), [another](docs/none.md)' >"$house/README.md"
broken_pages 'a link to nothing'
echo '[a page](docs/page.md)' >"$house/README.md"
touch "$house/docs/orphan.md"
broken_pages 'a page without a link'
rm "$house/docs/orphan.md"
touch "$house/docs/python/script.py"
broken_pages 'a script that no page names'

if command -v python3 >/dev/null; then
  mkdir -p "$house/run"
  echo '{"a": 1, "b": 2}' >"$house/run/summary.json"
  names() {  # names ROW: does the table of this row fit the file?
    printf '| `run/summary.json` | it |\n### `run/summary.json`\n| `a` | one |\n%s\n' "$1" >"$house/names.md"
    (cd "$house" && python3 "$here/pages/check_written_names.py" names.md) >/dev/null 2>&1
  }
  names '| `b` | two |' || { echo 'check_written_names refuses a good page' >&2; exit 1; }
  names '| `b` | *if* wanted |' || { echo 'check_written_names refuses what may be there' >&2; exit 1; }
  if names ''; then echo 'check_written_names misses: a key that the page lacks' >&2; exit 1; fi
  if names '| `b`, `c` | three |'; then echo 'check_written_names misses: a key that is not there' >&2; exit 1; fi
  touch "$house/run/log.txt"
  if names '| `b` | two |'; then echo 'check_written_names misses: a file that the page lacks' >&2; exit 1; fi
fi

# One comment speaks for both functions, and no longer when a blank line parts them.
comments() { bash "$here/../../cmake/check_doxygen.sh" "$house/doxygen.conf" >/dev/null 2>&1; }
if command -v doxygen >/dev/null; then
  printf '%s\n' "INPUT = $house/flow" "OUTPUT_DIRECTORY = $house" 'GENERATE_LATEX = NO' 'QUIET = YES' 'WARN_IF_INCOMPLETE_DOC = NO' \
    "FILTER_PATTERNS = *.hpp=\"awk -f $here/../../cmake/doxygen_filter.awk\"" >"$house/doxygen.conf"
  printf '%s\n' '/// Numbers.' 'namespace numbers {' '/// One, and two.' 'int one();' 'int two();' '}' \
    >"$house/flow/a.hpp"
  comments || { echo 'check_doxygen refuses good comments' >&2; exit 1; }
  sed -i 's/^int two/\n&/' "$house/flow/a.hpp"
  if comments; then echo 'check_doxygen misses: a function without a comment' >&2; exit 1; fi
fi
