# What is installed beside the program, and the packages: a .deb and an archive to unpack anywhere.
install(FILES docs/querytop.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES docs/querytop-config.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES docs/completions/querytop.bash
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME querytop)
install(FILES docs/completions/_querytop DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES docs/completions/querytop.fish
    DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES README.md CHANGELOG.md docs/config.ini.example DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)

set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_VENDOR "the querytop maintainers")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION}${QUERYTOP_PACKAGE_SUFFIX})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DESCRIPTION
    "Shows the asynchronous query tasks of Looker and of Adobe Experience Platform Query
Service in a terminal: what runs, for whom and for how long, what a task does, why
it failed and what it returned. Cancels and retries tasks. Also without a screen,
for scripts, and with a query service of its own to try it on.")
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_CURRENT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "the querytop maintainers <querytop@localhost>")
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "ncurses-term, xdg-utils")
include(CPack)
