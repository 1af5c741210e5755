# cmake -DLAGOON=... -DPYTHON=... -DPRESET=... -DSTORAGE=... -DFOLDER=... -P truth.cmake
execute_process(COMMAND ${PYTHON} -c "import h5py, numpy, scipy" RESULT_VARIABLE missing ERROR_QUIET)
if(missing)
  message(STATUS "skipped: no python3 with h5py, numpy and scipy")
  return()
endif()

set(file ${FOLDER}/truth_${PRESET}_${STORAGE}.h5)
execute_process(COMMAND_ERROR_IS_FATAL ANY
  COMMAND ${LAGOON} generate ${file} --preset ${PRESET} --storage ${STORAGE} --samples 256 --force)
execute_process(COMMAND_ERROR_IS_FATAL ANY
  COMMAND ${PYTHON} ${CMAKE_CURRENT_LIST_DIR}/truth.py ${file} 64)
