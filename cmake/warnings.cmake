# Language, warnings and sanitizers: the same for every target of the project.
add_compile_definitions(_GNU_SOURCE QUERYTOP_VERSION="${PROJECT_VERSION}")
add_compile_options(
    -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith
    -Wwrite-strings -Wformat=2 -Wvla -Wundef -fno-common -fstack-protector-strong
    -Wno-format-truncation) # fixed buffers cut on purpose all over the place
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
