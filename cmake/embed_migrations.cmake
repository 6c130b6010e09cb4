# cmake -DFOLDER=migrations -DOUTPUT=file.cpp -P embed_migrations.cmake
#
# Writes the migrations as C++ raw strings. A string literal has an upper limit in some compilers, none here that a
# migration would reach; the delimiter keeps any SQL intact.
file(GLOB files LIST_DIRECTORIES false ${FOLDER}/[0-9][0-9][0-9][0-9]_*.sql)
list(SORT files)

set(entries "")
set(expected 0)
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME_WE)
  string(SUBSTRING ${name} 0 4 digits)
  math(EXPR expected "${expected} + 1")
  string(REGEX REPLACE "^0+" "" version ${digits})
  if(NOT version EQUAL expected)
    message(FATAL_ERROR "migrations are numbered without gaps: ${name} should be number ${expected}")
  endif()
  file(READ ${file} text)
  string(APPEND entries "    {${version}, \"${name}\", R\"migration(${text})migration\"},\n")
endforeach()

set(source "#include \"db/migrate.h\"\n\nnamespace outrider::db {\n\n")
if(expected EQUAL 0)
  string(APPEND source "std::span<const Migration> embedded_migrations() { return {}; }\n")
else()
  string(APPEND source "std::span<const Migration> embedded_migrations() {\n"
                       "  static constexpr Migration kMigrations[] = {\n${entries}  };\n  return kMigrations;\n}\n")
endif()
string(APPEND source "\n}  // namespace outrider::db\n")
file(WRITE ${OUTPUT} "${source}")
