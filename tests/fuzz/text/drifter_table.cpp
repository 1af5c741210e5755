// Tables of drifters: datasets/drifters/csv_reader.hpp.
#include "datasets/drifters/csv_reader.hpp"
#include "tests/fuzz/target.hpp"

namespace lagoon::fuzz {

std::vector<std::string> seeds() {
  return {
      "D_number,date_UTC,Latitude,Longitude\n7,2023-04-24 08:00:00,54.5,10.1\n"
      "3,24-Apr-2023 08:00:30,54.6,10.2\n7,2023-04-24T10:05:00+02:00,54.7,10.3\n",
      "\xef\xbb\xbf\"id\";\"time\";lon;lat\r\n\n\"a b\";100;+1;2\r\n a b ; nan ;3;4\n",
      "time\tx_km\ty_m\tu_cm_s\tv_m_s\n1\t2\t3\t4\t5\n",
      "id,datenum,x,y\n1,738000.5,1e300,-0x1p3\n"};
}

void read(const std::string& bytes) {
  datasets::read_drifter_csv(file_of("table.csv", bytes), {});
}

}  // namespace lagoon::fuzz
