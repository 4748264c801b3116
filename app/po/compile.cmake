# Run as a script: compiles PO to MO. int64_t's conversion is written into the texts here, for the machine that is built
# for: a catalogue that leaves it to the reader ("system dependent strings") would need a reader that knows machines.
file(READ "${PO}" text)
if(LONG_BYTES EQUAL 8)
  string(REPLACE "<PRId64>" "ld" text "${text}")
else()
  string(REPLACE "<PRId64>" "lld" text "${text}")
endif()
file(WRITE "${MO}.po" "${text}")
execute_process(COMMAND "${MSGFMT}" --check-format --check-domain --endianness=little --no-hash -o "${MO}" "${MO}.po"
                COMMAND_ERROR_IS_FATAL ANY)
