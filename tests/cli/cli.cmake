# The command as a stranger meets it: flags, exit codes, one line of complaint, files untouched.
find_program(PYTHON3 python3 REQUIRED)
foreach(test cli_test refusal_test check_plan_test check_vectors_test
             hazard_test protocol_side_test event_study_test sizing_test cascade_test signals_test
             verify_plan_test vol_future_test five_days_test proxy_test assumptions_test
             no_orders_test)
  add_test(NAME ${test} COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/${test}.py)
  set_tests_properties(${test} PROPERTIES LABELS cli TIMEOUT 300
                       ENVIRONMENT "LEVEE_BINARY=$<TARGET_FILE:levee>")
endforeach()

# The real thing: five recorded days, a minute and a half.
add_test(NAME five_days COMMAND ${PYTHON3} -B ${PROJECT_SOURCE_DIR}/tools/five_days.py
         --levee $<TARGET_FILE:levee> --out ${CMAKE_CURRENT_BINARY_DIR}/five_days)
set_tests_properties(five_days PROPERTIES LABELS long TIMEOUT 900 SKIP_RETURN_CODE 77)
