# Every library that Alluvia uses, as Debian 12 ships it (design: dependencies).
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sqlite REQUIRED IMPORTED_TARGET sqlite3>=3.40)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium>=1.0.18)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd>=1.5)
pkg_check_modules(cjson REQUIRED IMPORTED_TARGET libcjson>=1.7)
# Debian 12 ships 2.8.0, whose .pc file says 2.6.0.
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc>=2.6)
pkg_check_modules(curl REQUIRED IMPORTED_TARGET libcurl>=7.88)
pkg_check_modules(microhttpd REQUIRED IMPORTED_TARGET libmicrohttpd>=0.9.75)
pkg_check_modules(ncursesw REQUIRED IMPORTED_TARGET ncursesw>=6.4)
pkg_check_modules(pq REQUIRED IMPORTED_TARGET libpq>=15)
# libmicrohttpd stands on it: the pin of a certificate is taken with the library that serves it.
pkg_check_modules(gnutls REQUIRED IMPORTED_TARGET gnutls>=3.7)
