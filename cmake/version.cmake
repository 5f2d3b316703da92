# The nearest tag vX.Y.Z gives the version; packages made of later commits say how many there were.
# Without git or a tag, as in an archive of the sources, the number here counts.
set(QUERYTOP_VERSION 0.1.0)
set(QUERYTOP_PACKAGE_SUFFIX "")
if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/.git)
    execute_process(
        COMMAND git describe --tags --long --match "v[0-9]*.[0-9]*.[0-9]*"
        WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
        OUTPUT_VARIABLE QUERYTOP_DESCRIBED OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(QUERYTOP_DESCRIBED MATCHES "^v([0-9]+[.][0-9]+[.][0-9]+)-([0-9]+)-g([0-9a-f]+)$")
        set(QUERYTOP_VERSION ${CMAKE_MATCH_1})
        if(CMAKE_MATCH_2 GREATER 0)
            set(QUERYTOP_PACKAGE_SUFFIX "+${CMAKE_MATCH_2}.${CMAKE_MATCH_3}")
        endif()
    endif()
endif()
