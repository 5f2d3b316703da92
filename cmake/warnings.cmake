# Language, warnings and sanitizers: the same for every target of the project.
add_compile_definitions(_GNU_SOURCE QUERYTOP_VERSION="${PROJECT_VERSION}")
add_compile_options(
    -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith
    -Wwrite-strings -Wformat=2 -Wvla -Wundef -fno-common -fstack-protector-strong)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-format-truncation) # fixed buffers cut on purpose all over the place
else()
    add_compile_options(-Wno-gnu-variable-sized-type-not-at-end) # struct task_draft
endif()
if(QUERYTOP_WERROR)
    add_compile_options(-Werror)
endif()
if(QUERYTOP_SANITIZE)
    add_compile_options(-fsanitize=${QUERYTOP_SANITIZE} -fno-omit-frame-pointer
                        -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${QUERYTOP_SANITIZE})
elseif(CMAKE_BUILD_TYPE STREQUAL "Release" OR CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
    add_compile_definitions(_FORTIFY_SOURCE=2)
endif()
# Two hundred test programs are linked: with gold in a third of the time that GNU ld takes.
# Constants are kept apart from code as GNU ld does: ThreadSanitizer rests on it.
find_program(QUERYTOP_GOLD ld.gold)
if(QUERYTOP_GOLD AND QUERYTOP_TESTS)
    add_link_options(-fuse-ld=gold -Wl,--rosegment)
endif()
if(QUERYTOP_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link)
    add_link_options(-fsanitize=fuzzer-no-link)
endif()
