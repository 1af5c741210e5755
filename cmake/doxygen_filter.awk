# What Doxygen reads of a header: in our headers a comment speaks for all that is declared up to the next
# blank line (a type and the function that makes it, a pair of functions), but Doxygen gives it to the
# first alone. The others get it here, each on its own line, so that line numbers stay. What a variable
# says is its own.
# Comments hold no commands: what would be one is told as it stands, and indented lines stay lines.
BEGIN { begins = 1 }

function braces(text) { return gsub(/\{/, "{", text) - gsub(/\}/, "}", text) }
function is_function(code) { return code ~ /operator/ || (match(code, /[(=]/) && substr(code, RSTART, 1) == "(") }
function is_type(code) { return code ~ /^(template|class|struct|enum|using) / }

# What the class's comment, or the base's, says already.
function is_of_class(code) { return code ~ /^(virtual )?~|&&\)|(delete|default);$| override/ }

function escaped(text) {
  gsub(/[\\@<>#]/, "\\\\&", text)
  return text
}

function plain(text,    indented) {
  text = escaped(text)
  indented = text ~ /^   /
  if (indented || was_indented) text = " \\n" (indented ? "&emsp;" : "") text
  was_indented = indented
  return text
}

function tell(    text) {
  text = comment
  gsub(/&/, "\\\\&", text)
  sub(/[^ \t]/, "/**" text " */ &")
}

{
  code = $0
  sub(/[ \t]*\/\/.*$/, "", code)
  sub(/^[ \t]+/, "", code)
  if ((at = index($0, "///<")) > 0) $0 = substr($0, 1, at + 3) escaped(substr($0, at + 4))
}
/^[ \t]*$/ { comment = ""; print; next }
body > 0 { body += braces(code); begins = body == 0; print; next }
/^[ \t]*\/\/\/[^<]/ {
  if (spoken) comment = was_indented = ""
  spoken = 0
  match($0, /\/\/\//)
  text = plain(substr($0, RSTART + 3))
  comment = comment text
  print substr($0, 1, RSTART + 2) text
  next
}
/^[ \t]*(\/\/|#)/ { print; next }
code ~ /^\};?$/ {
  comment = level > 0 ? kept[--level] : ""
  begins = 1
  opens = 0
  spoken = 1
  print
  next
}
{
  if (begins) {
    opens = code ~ /^(class|struct|enum|union|namespace|extern "C")/
    if (!opens && !is_function(code) && !is_type(code)) comment = ""
    if (spoken && comment != "" && $0 !~ /\/\/\/</ && !is_of_class(code)) tell()
    spoken = 1
  }
  if (opens && code ~ /\{$/) {
    kept[level++] = comment
    comment = ""
    begins = 1
  } else {
    if (!opens) body += braces(code)
    begins = body == 0 && code ~ /[;}:>]$/ && code !~ /^template/
    if (begins && code ~ /;$/) opens = 0
  }
  print
}
